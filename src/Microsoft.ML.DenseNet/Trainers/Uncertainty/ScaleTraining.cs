namespace Microsoft.ML.DenseNet;

/// <summary>
/// Learns how large a row's error is: small networks on the absolute residuals of held-out rows. Each of them leaves a part of the rows out,
/// whose scales it then predicts, so that no row's scale is known from its own residual.
/// </summary>
/// <param name="seed">Determines the parts and the first weights.</param>
/// <param name="keepsParts">Whether rows of a part belong together, so that other parts may not be dealt.</param>
/// <param name="cancellationToken">Ends the training.</param>
internal sealed class ScaleTraining(int seed, bool keepsParts, CancellationToken cancellationToken)
{
    /// <summary>With fewer rows, residuals say little about where errors are larger.</summary>
    private const int MinimumRows = 100;

    /// <summary>More rows make training slower, but hardly a better scale.</summary>
    private const int MaximumRows = 20_000;

    /// <summary>The number of parts: one to predict, one to choose the epoch, the others to learn from.</summary>
    private const int MinimumParts = 3, MaximumParts = 5;

    private const int MaximumUnits = 32, MinimumUnits = 4;

    private const int BatchSize = 64, MaximumSteps = 3000, Patience = 40;

    /// <summary>How much of the networks' logarithm is taken; the share that suits the held-out rows best. Few rows teach networks more noise than scale.</summary>
    private static readonly double[] Shares = [0.25, 0.5, 0.75, 1];

    /// <summary>Learns.</summary>
    /// <param name="held">The held-out rows.</param>
    /// <param name="residuals">The absolute residual of each.</param>
    /// <returns>The network, and what it would have said of each row had it not seen it; null if one scale for all rows is as good.</returns>
    public (TrainedNetwork Network, double[] Scales)? Run(HeldOutPredictions held, double[] residuals)
    {
        double total = held.Weights.Sum(), mean = residuals.Zip(held.Weights, (residual, weight) => residual * weight).Sum() / total;
        if (DealParts(held) is not { } parts || !(mean > 0) || !double.IsFinite(mean))
            return null;
        int units = Math.Min(MaximumUnits, (int)(((IntervalRule.MaximumScaleValues / parts.Count) - (2L * held.Rows.Width) - 1) / (held.Rows.Width + 2L)));
        if (units < MinimumUnits)
            return null; // too many features for the header of a file
        var rows = WithLabels(held.Rows, [.. residuals.Select(residual => (float)(residual / mean))]);
        var design = Design(rows, units);

        double[] logarithms = new double[residuals.Length];
        var networks = new TrainedNetwork[parts.Count];
        for (int part = 0; part < networks.Length; part++)
            networks[part] = Train(design, rows, parts, part, logarithms);

        double share = Shares.MinBy(share => Loss(share));
        if (!(Loss(share) < 1)) // that of a scale of 1
            return null;
        double[] taken = [.. logarithms.Select(logarithm => share * logarithm)];
        var (minimum, maximum) = ((float)taken.Min(), (float)taken.Max());
        if (!(minimum < maximum))
            return null;
        var joined = FoldAverage.Join(networks, MeanKind.Outputs, new Calibration(share, [0]));
        var complete = new TargetConversion(null, null, Layer.Exp, [], (minimum, maximum)).Complete(joined);
        return (complete.With(new NetworkSignature(LearningTask.Regression)), [.. taken.Select(Math.Exp)]);

        double Loss(double share) => logarithms
            .Select((logarithm, row) => held.Weights[row] * ((share * logarithm) + (residuals[row] / mean * Math.Exp(-share * logarithm)))).Sum() / total;
    }

    private (int[] Of, int Count)? DealParts(HeldOutPredictions held)
    {
        if (held.Labels.Length < MinimumRows || held.Rows.IsWideSparse)
            return null;
        if (held.PartCount >= MinimumParts)
            return ([.. held.Parts.Select(part => part % MaximumParts)], Math.Min(held.PartCount, MaximumParts));
        return keepsParts ? null : (RowSplitter.Deal(held.Rows, MaximumParts, stratify: false, seed), MaximumParts);
    }

    private static RowSet WithLabels(RowSet rows, float[] labels)
    {
        int start = 0;
        return new RowSet(rows.Width, rows.HasWeights, [.. rows.Blocks.Select(block =>
        {
            var own = labels.AsMemory(start, block.Rows);
            start += block.Rows;
            return block with { Labels = own };
        })]);
    }

    private NetworkDesign Design(RowSet rows, int units)
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.RobustScale, Layer.Linear(units), Layer.SiLU, Layer.Linear(1)), rows.Width);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, seed);
        var statistics = RobustStatistics.Of(rows, 0, 1);
        statistics.Center.CopyTo(layout.InputScaling!.Center(buffers).Span);
        statistics.Scale.CopyTo(layout.InputScaling!.Scale(buffers).Span);
        return new NetworkDesign(layout, buffers);
    }

    /// <summary>Trains the network that leaves a part out, and writes the logarithms of that part's scales.</summary>
    private TrainedNetwork Train(NetworkDesign design, RowSet rows, (int[] Of, int Count) parts, int part, double[] logarithms)
    {
        int next = (part + 1) % parts.Count;
        long stride = 1 + ((rows.Count - 1) / MaximumRows);
        var training = rows.Where(row => parts.Of[row] != part && parts.Of[row] != next && row % stride == 0);
        var validation = rows.Where(row => parts.Of[row] == next && row % stride == 0);
        var result = TrainingRun.Train(Plan(design, training.Count, unchecked(seed + part)), training, validation);
        var network = new TrainedNetwork(design.Layout, result.Parameters, result.Buffers, result.History);
        float[] outputs = FoldResult.Of(network, rows.Where(row => parts.Of[row] == part)).Outputs;
        for (int row = 0, i = 0; row < parts.Of.Length; row++)
        {
            if (parts.Of[row] == part)
                logarithms[row] = outputs[i++];
        }

        return network;
    }

    private TrainingPlan Plan(NetworkDesign design, long rows, int networkSeed) => new()
    {
        Task = LearningTask.Regression,
        Layout = design.Layout,
        Buffers = design.Buffers,
        Initialization = Initialization.PyTorch,
        Loss = new Loss("Scale", [LearningTask.Regression], (outputs, targets) => outputs + (targets * (-outputs).exp())) { RowForm = new ScaleRowLoss() },
        Conversion = TargetConversion.None with { OutputStart = 0 },
        Optimizer = Optimizers.AdamW(),
        Schedule = Schedules.Constant,
        LearningRate = 3e-3,
        WeightDecay = 0.1,
        GradientClipNorm = 1,
        NumberOfEpochs = (int)Math.Clamp(MaximumSteps * BatchSize / rows, 4, 200),
        BatchSize = BatchSize,
        Shuffle = true,
        Seed = networkSeed,
        Device = TorchRuntime.DeviceOf(DenseNetDevice.Cpu),
        NumberOfThreads = 1,
        EarlyStoppingRound = Patience,
        RestoreBestWeights = true,
        Observers = [],
        CancellationToken = cancellationToken,
    };
}
