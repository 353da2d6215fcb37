using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>The share of a whole Fit spent outside steps: reading, scaling, shuffling, validation, records, the model.</summary>
internal static class OutsideShare
{
    private const int Rows = 100_000, Inputs = 32, Epochs = 10, Batch = 256, Turns = 3;

    /// <summary>Prints the table; returns it as CSV lines.</summary>
    public static IEnumerable<string> Print()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var rows = new Row[Rows];
        for (int i = 0; i < Rows; i++)
        {
            rows[i] = new Row { Features = new float[Inputs], Label = random.Next(2) == 0 };
            foreach (ref float feature in rows[i].Features.AsSpan())
                feature = (random.NextSingle() * 2) - 1;
        }

        var data = ml.Data.LoadFromEnumerable(rows);
        var trainer = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
        {
            HiddenUnits = [256, 256], BatchSize = Batch, NumberOfEpochs = Epochs, ValidationFraction = 0.1,
        });

        // The same steps on prepared batches, taking turns with the whole.
        var test = new TrainingCase(Inputs, [256, 256], 1, Batch, Batch, Optimizers.AdamW(), null!);
        double steps = Epochs * Math.Ceiling(Rows * 0.9 / Batch);
        var shares = new List<double>();
        var totals = new List<double>();
        for (int turn = 0; turn < Turns; turn++)
        {
            var clock = Stopwatch.StartNew();
            trainer.Fit(data);
            totals.Add(clock.Elapsed.TotalSeconds);
            shares.Add(1 - (StepSeconds(test) * steps / totals[^1]));
        }

        shares.Sort();
        totals.Sort();
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Fit of {Rows} rows, 32-256-256-1, batch {Batch}, {Epochs} epochs, a tenth to validate: {totals[Turns / 2]:F2} s, {shares[Turns / 2]:P1} of it outside the steps."));
        yield return "outside,rows,seconds,share";
        yield return string.Create(CultureInfo.InvariantCulture, $"outside,{Rows},{totals[Turns / 2]:R},{shares[Turns / 2]:R}");
    }

    private static unsafe double StepSeconds(TrainingCase test)
    {
        const int Repeats = 1000;
        var layout = new NetworkLayout(test.Network, test.Inputs);
        float[] features = new float[Batch * Inputs], labels = new float[Batch];
        new Random(2).NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(labels.AsSpan()));
        for (int i = 0; i < features.Length; i++)
            features[i] = (i * 0.618f % 2) - 1;
        for (int i = 0; i < Batch; i++)
            labels[i] = i % 2;
        float[] parameters = NetworkInitializer.Initialize(layout, Initialization.PyTorch, 1), gradient = new float[parameters.Length];
        var optimizer = test.Optimizer.Fuse!(layout.ParameterCount, [new ParameterGroup(0, layout.ParameterCount)]);
        using var team = new WorkTeam(Environment.ProcessorCount);
        fixed (float* x = features, y = labels, values = parameters, slopes = gradient)
        {
            using var program = BackpropagationProgram.Compile([layout.Root], Inputs, values, slopes, null, Batch, holdsBatch: false, team, 1);
            var batch = new RowBatch(x, Inputs, y, null, null, Batch);
            var loss = Losses.BinaryCrossEntropy().RowForm!;
            var clock = new Stopwatch();
            for (int i = -100; i < Repeats; i++)
            {
                if (i == 0)
                    clock.Start();
                program.ComputeGradient(in batch, loss, 1);
                optimizer.Step(values, slopes, 1e-3, 0);
            }

            return clock.Elapsed.TotalSeconds / Repeats;
        }
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(Inputs)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }
}
