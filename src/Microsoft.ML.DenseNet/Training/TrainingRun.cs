using System.Diagnostics;
using System.Numerics.Tensors;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>One training run: epochs of steps, validation, early stopping. Read <see cref="Train()"/> first.</summary>
internal sealed class TrainingRun : ITrainingState
{
    /// <summary>The most rows, and the most values in them, used to check the network's final predictions.</summary>
    private const int ProbeRows = 64, ProbeValues = 1 << 16;

    private readonly TorchNetwork _network;
    private readonly TrainingEngine _engine;
    private readonly ParameterUpdater _updater;
    private readonly WeightAverage? _average;
    private readonly JointRun? _joint;
    private readonly bool _makesTensors;
    private readonly long _rows;
    private readonly Func<SchedulePoint, double> _schedule;
    private readonly Func<SchedulePoint, double>? _weightDecaySchedule;
    private readonly Func<SchedulePoint, double>? _dropoutSchedule;
    private readonly BatchSource _training;
    private readonly StoredRows? _measured;
    private readonly bool _validates;
    private readonly BestEpoch _best;
    private readonly List<EpochRecord> _records = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _batchSize;
    private readonly int _stepsPerEpoch;
    private readonly double _largestDropout;

    // Some rows, to check that the network still predicts finite numbers if nothing is measured after the last step.
    private readonly float[] _probe;
    private readonly int _probeRows;

    private long _step;
    private double _learningRate;
    private double _weightDecayFactor = 1;
    private double? _gradientNorm;
    private bool _stopRequested;
    private StopReason _stopReason = StopReason.Completed;
    private double _secondsBefore;

    /// <param name="plan">The plan.</param>
    /// <param name="rows">The rows to learn from, or a sample of them.</param>
    /// <param name="stream">The stream of rows to learn from; null to learn from <paramref name="rows"/>.</param>
    /// <param name="validation">The rows to measure on; null for none.</param>
    /// <param name="share">This process's rows if several share those in memory; null otherwise.</param>
    /// <param name="resources">Takes ownership of the threads and the memory, even if this constructor fails.</param>
    private TrainingRun(TrainingPlan plan, RowSet rows, StreamedRows? stream, RowSet? validation, SharedRows? share, ResourceStack resources)
    {
        Plan = plan;

        // The seed reaches initialization exactly as torch.random.manual_seed would.
        _network = resources.Add(new TorchNetwork(plan.Layout, plan.Device, plan.Seed, plan.Precision, plan.IsOnHost));
        _network.Load(plan.Parameters ?? NetworkInitializer.Initialize(plan.Layout, plan.Initialization, plan.Seed), plan.Buffers);
        var sparse = (stream?.IsSparse ?? rows.IsSparse) ? SparseScaling.Of(plan.Layout, plan.Buffers) : null;
        var form = HostEngine.FormOf(plan, sparse);
        sparse = form == InputForm.Dense ? null : sparse;
        var oneHot = sparse is not null || stream is not null ? null : OneHotRows.FormOf(plan, rows, validation, share);
        if (plan.InitializesFromData && plan.Parameters is null)
            new DataDrivenInitializer(_network, plan.Seed).Run(plan, rows, oneHot);
        if (plan.Conversion.OutputStart is { } start && plan.Parameters is null)
            StartOutputs(start);
        _joint = plan.Workers is null ? null : new JointRun(plan, _network);
        _joint?.ShareParameters();
        _rows = stream?.Count ?? share?.Deal.Count ?? rows.Count;
        _batchSize = (int)Math.Min(plan.BatchSize, _rows);
        _stepsPerEpoch = (int)((_rows + _batchSize - 1) / _batchSize);
        _training = resources.Add(stream is null ? BatchSource.OpenShare(plan, rows, share, _batchSize, _network.Scale, sparse, oneHot) : BatchSource.Open(plan, stream, _batchSize, _network.Scale, sparse));
        _validates = validation is not null;
        _measured = StartingLoss.Rows(plan, rows, validation) is { } measured
            ? resources.Add(BatchSource.Open(plan with { Shuffle = false }, measured, StoredRows.EvaluationBatch(measured, sparse is not null), _network.Scale, sparse, oneHot))
            : null;
        _engine = MakeEngine(form, oneHot, rows, resources);
        _updater = resources.Add(new ParameterUpdater(_network, plan, _engine.RowGradients));
        _average = plan.WeightAveraging is { } power ? resources.Add(new WeightAverage(_network, power, plan.IsOnHost)) : null;
        _makesTensors = _engine.MakesTensors || _training.MakesTensors || !_updater.IsFused;
        _best = new BestEpoch(plan, _network);
        var first = rows.Blocks[0];
        _probeRows = validation is null ? Math.Min(first.Rows, Math.Clamp(ProbeValues / rows.Width, 1, ProbeRows)) : 0;
        _probe = new float[_probeRows * rows.Width];
        for (int i = 0; i < _probeRows; i++)
            first.CopyRow(i, _probe.AsSpan(i * rows.Width, rows.Width));
        if (plan.Checkpoint is not null)
            _updater.CheckCanSave();
        _schedule = plan.Schedule.Start();
        _weightDecaySchedule = plan.WeightDecaySchedule?.Start();
        _dropoutSchedule = plan.DropoutSchedule?.Start();
        _largestDropout = plan.Layout.Root.DescendantsAndSelf().Max(node => (node.Layer as DropoutLayer)?.Probability ?? 0);

        // A last batch of one row is dropped.
        if (_network.NeedsSeveralRows)
        {
            if (_batchSize == 1)
                throw new InvalidOperationException("A network with BatchNorm needs batches of at least 2 rows. Set BatchSize to 2 or more, train on more rows, or leave BatchNorm out.");
            if (_rows % _batchSize == 1)
                _stepsPerEpoch--;
        }
    }

    public TrainingPlan Plan { get; }

    public long TrainingRows => _rows;

    public IReadOnlyList<EpochRecord> Records => _records;

    /// <summary>Trains. No tensor outlives the call.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="validation">The rows to measure on after each epoch; null for none.</param>
    public static TrainingResult Train(TrainingPlan plan, RowSet training, RowSet? validation) => Train(plan, training, null, validation);

    /// <summary>Trains on a stream. No tensor outlives the call.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="sample">Some of the rows, for initialization.</param>
    /// <param name="stream">The stream of rows to learn from; null if the sample is all of them.</param>
    /// <param name="validation">The rows to measure on after each epoch; null for none.</param>
    /// <param name="share">This process's rows if several share the training rows in memory, of which there is a sample; null otherwise.</param>
    public static TrainingResult Train(TrainingPlan plan, RowSet sample, StreamedRows? stream, RowSet? validation, SharedRows? share = null)
    {
        using var threads = new TorchThreads(HostEngine.Supports(plan) ? 1 : TorchThreads.Suitable(plan.Layout, Math.Min(plan.BatchSize, stream?.Count ?? sample.Count)) ?? plan.NumberOfThreads);
        using var tensorFloat32 = new TorchTensorFloat32(plan.Precision);
        using var random = TorchSeed.For(plan);
        using var scope = NewDisposeScope();
        using var resources = new ResourceStack();
        return new TrainingRun(plan, sample, stream, validation, share, resources).Train();
    }

    public void Stop() => _stopRequested = true;

    public TrainedNetwork TakeSnapshot() =>
        Plan.ToNetwork(_network.CopyParameters(), _network.CopyBuffers(), new TrainingHistory(_records, _records.Count, StopReason.Observer));

    public IReadOnlyList<NetworkTensor> TakeGradients()
    {
        var gradient = _network.CopyGradient();
        foreach (var matrix in _engine.RowGradients)
        {
            for (int i = 0; i < matrix.Rows.Length; i++)
                matrix.Values.Slice(i * matrix.Width, matrix.Width).CopyTo(gradient.AsSpan(matrix.Offset + (matrix.Rows[i] * matrix.Width)));
        }

        return [.. Plan.Layout.Tensors.Where(place => place.IsTrained)
            .Select(place => new NetworkTensor(place.Name, place.Shape, gradient.AsMemory(place.Offset, place.Count), IsTrained: true))];
    }

    /// <summary>Sets the bias of the output layer so that the first predictions are near the labels.</summary>
    private void StartOutputs(float start)
    {
        if (Plan.Layout.Body is not [.., { Layer: LinearLayer { HasBias: true } } output])
            return;
        float[] parameters = _network.CopyParameters();
        parameters.AsSpan(output.Parameters[1].Offset, output.Parameters[1].Count).Fill(start);
        _network.Load(parameters, Plan.Buffers);
    }

    private TrainingResult Train()
    {
        double? startingLoss = Plan.ContinuesModel ? _engine.EvaluateStart() : null;
        if (_validates && startingLoss is not null)
            _best.Keep(0, startingLoss);
        Plan.Checkpoint?.Load(Load);
        _joint?.CheckResumed(_records.Count);
        var progress = new TrainingProgress(this);
        Notify(observer => observer.OnTrainingStarted(progress), nameof(TrainingObserver.OnTrainingStarted));

        if (IsToStop())
            _stopReason = StopReason.Observer;
        while (!IsFinished)
        {
            Notify(observer => observer.OnEpochStarted(progress), nameof(TrainingObserver.OnEpochStarted));
            if (!IsToStop())
            {
                TrainEpoch();
                Notify(observer => observer.OnEpochEnded(progress), nameof(TrainingObserver.OnEpochEnded));
            }

            if (IsToStop())
                _stopReason = StopReason.Observer;
            else if (_validates && _best.IsLongPast(_records.Count))
                _stopReason = StopReason.EarlyStopping;
            Plan.Checkpoint?.SaveIfDue(IsFinished, Save);
        }

        int epoch = _best.Restore(_records.Count);
        var result = new TrainingResult(_network.CopyParameters(), _network.CopyBuffers(), new TrainingHistory(_records, epoch, _stopReason));
        CheckResult(result);
        if (startingLoss is not null && !_validates && _records.Count > 0)
            result = result with { TrainingLosses = (startingLoss.Value, _engine.Evaluate().Loss) };
        Notify(observer => observer.OnTrainingEnded(progress), nameof(TrainingObserver.OnTrainingEnded));
        return result;
    }

    private void TrainEpoch()
    {
        double trainingLoss;
        (double? Loss, double? Metric) validation = default;
        try
        {
            trainingLoss = RunEpoch();
            if (_validates)
                validation = _engine.Evaluate();
        }
        catch (Exception) when (!_network.IsFlat)
        {
            _network.CheckModules(); // TorchSharp does not say which tensor is disposed
            throw;
        }

        double? validationLoss = validation.Loss;
        _records.Add(new EpochRecord(_records.Count + 1, trainingLoss, validationLoss, _learningRate, _gradientNorm, _secondsBefore + _clock.Elapsed.TotalSeconds, validation.Metric));
        CheckLosses(trainingLoss, validationLoss);
        _joint?.EndEpoch(_records.Count, ((HostEngine)_engine).TakeSeconds());
        _best.Keep(_records.Count, validationLoss);
    }

    /// <summary>Whether an observer has asked to stop, in any of the processes that train together.</summary>
    private bool IsToStop() => _stopRequested = _joint?.AnyStops(_stopRequested) ?? _stopRequested;

    private bool IsFinished => _records.Count == (Plan.LastEpoch ?? Plan.NumberOfEpochs) || _stopReason != StopReason.Completed;

    /// <summary>Writes everything later epochs depend on, and the records of the finished ones.</summary>
    private void Save(ValueWriter state)
    {
        state.Write((long)_stopReason);
        EpochRecords.Write(_records, state);
        _best.Save(state);
        _network.Save(state);
        _engine.Save(state);
        _updater.Save(state);
        _average?.Save(state);
    }

    /// <summary>Reads what <see cref="Save"/> wrote, and restores what is derived from it: the row order and the schedules.</summary>
    private void Load(ValueReader state)
    {
        _stopReason = (StopReason)state.ReadInt32((int)StopReason.Completed, (int)StopReason.Observer, "the reason to stop");
        _records.AddRange(EpochRecords.Read(state, Plan.NumberOfEpochs));
        _best.Load(state, _records.Count);
        _network.Load(state);
        _engine.Load(state);
        _updater.Load(state);
        _average?.Load(state);

        _secondsBefore = _records.Count == 0 ? 0 : _records[^1].Seconds;
        _training.SkipEpochs(_records.Count);
        for (; _step < (long)_stepsPerEpoch * _records.Count; _step++)
            FollowSchedules((int)(_step / _stepsPerEpoch));
    }

    /// <summary>Makes one pass over the training rows; returns their mean loss.</summary>
    private double RunEpoch()
    {
        using var scope = NewDisposeScope();
        _average?.Exchange();
        _engine.BeginEpoch();
        for (int step = 0; step < _stepsPerEpoch; step++)
        {
            Plan.CancellationToken.ThrowIfCancellationRequested();
            using var stepScope = _makesTensors ? NewDisposeScope() : null;
            FollowSchedules(_records.Count);
            _engine.NextBatch((int)Math.Min(_batchSize, _rows - ((long)step * _batchSize)));
            Step(isLast: step == _stepsPerEpoch - 1);
            _step++;
            _average?.Add(_step);
        }

        _average?.Exchange();
        return _engine.MeanLoss;
    }

    private void Step(bool isLast)
    {
        if (_updater.NeedsClosure)
        {
            bool isFirst = true;
            _updater.Step(_learningRate, () =>
            {
                ComputeGradient(isFirst, isLast);
                isFirst = false;
                return _engine.LastLoss;
            });
        }
        else
        {
            ComputeGradient(isFirst: true, isLast);
            _updater.Step(_learningRate, _weightDecayFactor);
        }
    }

    private void ComputeGradient(bool isFirst, bool isLast)
    {
        _engine.ComputeGradient();
        if (isFirst)
            _engine.RecordLoss();
        if (isLast)
            _gradientNorm = _engine.GradientNorm;
        if (Plan.GradientClipValue is not null || Plan.GradientClipNorm is not null)
            _engine.ClipGradient(Plan.GradientClipValue, Plan.GradientClipNorm);
    }

    private TrainingEngine MakeEngine(InputForm form, OneHotForm? oneHot, RowSet rows, ResourceStack resources) => HostEngine.Supports(Plan)
        ? new HostEngine(Plan, _network, _training, _measured, Plan.NumberOfThreads ?? Math.Min(HostEngine.SuitableThreads(Plan.Layout, _batchSize, form == InputForm.Dense ? null : rows, oneHot), Plan.MaximumThreads ?? int.MaxValue), form, oneHot, resources)
        : new TorchEngine(Plan, _network, _training, _measured);

    private void FollowSchedules(int epochsDone)
    {
        double? lastLoss = epochsDone == 0 ? null : _records[epochsDone - 1].ValidationLoss ?? _records[epochsDone - 1].TrainingLoss;
        var point = new SchedulePoint(_step, (long)_stepsPerEpoch * Plan.NumberOfEpochs, epochsDone, Plan.NumberOfEpochs, lastLoss);
        _learningRate = Plan.LearningRate * _schedule(point);
        _weightDecayFactor = _weightDecaySchedule?.Invoke(point) ?? 1;
        _network.DropoutFactor = _dropoutSchedule?.Invoke(point) ?? 1;
        if (!(_network.DropoutFactor * _largestDropout < 1))
            throw new InvalidOperationException($"Schedule '{Plan.DropoutSchedule}' multiplies dropout of {_largestDropout} by {_network.DropoutFactor} in epoch {epochsDone + 1}, step {_step}: the product must be below 1.");
    }

    private void CheckLosses(double trainingLoss, double? validationLoss)
    {
        if (double.IsFinite(trainingLoss) && double.IsFinite(validationLoss ?? 0))
            return;
        throw Diverged($"The {(double.IsFinite(trainingLoss) ? "validation" : "training")} loss became {(double.IsFinite(trainingLoss) ? validationLoss : trainingLoss)}");
    }

    /// <summary>Losses are measured before a step, so the effect of the last step shows only in the weights and in the predictions made with them.</summary>
    private void CheckResult(TrainingResult result)
    {
        if (_records.Count == 0)
            return; // the weights are the initial ones
        if (!TensorPrimitives.IsFiniteAll<float>(result.Parameters) || result.Buffers.Where((value, i) => !float.IsFinite(value) && float.IsFinite(Plan.Buffers[i])).Any())
            throw Diverged("Weights became infinite or NaN");
        if (_probeRows == 0)
            return;
        var network = Plan.ToNetwork(result.Parameters, result.Buffers, result.History);
        var outputs = new float[_probeRows * network.Layout.OutputWidth];
        network.ComputeOutputBlock(_probe, _probeRows, outputs);
        if (!TensorPrimitives.IsFiniteAll<float>(outputs))
            throw Diverged("Predictions became infinite or NaN");
    }

    private InvalidOperationException Diverged(string what) => Divergence.Error(Plan, what, _records.Count, _learningRate);

    private void Notify(Action<TrainingObserver> call, string member)
    {
        Plan.CancellationToken.ThrowIfCancellationRequested();
        foreach (var observer in Plan.Observers)
            UserCode.Call(() => call(observer), () => ($"Observer {observer.Name}", $"in {member}, {_records.Count} epochs done{(Plan.Folds > 1 ? $", network {Plan.Fold}" : "")}"));
    }
}
