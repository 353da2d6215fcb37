using System.Diagnostics;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>One training: epochs of steps, validation, early stopping. Read <see cref="Train()"/> first.</summary>
internal sealed class TrainingRun : IDisposable
{
    /// <summary>Values of a layer's output that are evaluated at once outside training; bounds memory.</summary>
    private const int EvaluationValues = 1 << 22;

    private readonly TrainingRows _training;
    private readonly TrainingRows? _validation;
    private readonly TorchNetwork _network;
    private readonly ParameterUpdater _updater;
    private readonly Func<SchedulePoint, double> _schedule;
    private readonly Func<SchedulePoint, double>? _weightDecaySchedule;
    private readonly Func<SchedulePoint, double>? _dropoutSchedule;
    private readonly Random _shuffler;
    private readonly List<EpochRecord> _records = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly int _batchSize;
    private readonly int _stepsPerEpoch;

    private long _step;
    private double _learningRate;
    private double _weightDecayFactor = 1;
    private double? _gradientNorm;
    private int _bestEpoch;
    private double _bestLoss = double.PositiveInfinity;
    private (float[] Parameters, float[] Buffers)? _bestWeights;
    private bool _stopRequested;

    private TrainingRun(TrainingPlan plan, TrainingRows training, TrainingRows? validation)
    {
        Plan = plan;
        _shuffler = new Random(plan.Seed);

        // The seed reaches initialization exactly as torch.random.manual_seed would.
        _network = new TorchNetwork(plan.Layout, plan.Device, plan.Seed);
        _network.Load(plan.Parameters ?? NetworkInitializer.Initialize(plan.Layout, plan.Initialization, plan.Seed), plan.Buffers);
        if (plan.InitializesFromData && plan.Parameters is null)
            new DataDrivenInitializer(_network, plan.Seed).Run(training.Features);
        _training = training with { Features = _network.Scale(training.Features) };
        _validation = validation is null ? null : validation with { Features = _network.Scale(validation.Features) };
        _updater = new ParameterUpdater(_network, plan);
        _schedule = plan.Schedule.Start();
        _weightDecaySchedule = plan.WeightDecaySchedule?.Start();
        _dropoutSchedule = plan.DropoutSchedule?.Start();

        _batchSize = (int)Math.Min(plan.BatchSize, training.Count);
        _stepsPerEpoch = (int)((training.Count + _batchSize - 1) / _batchSize);

        // Batch normalization needs two rows to have a variance; a last batch of one row is left out.
        if (plan.Layout.Root.DescendantsAndSelf().Any(node => node.Layer is BatchNormLayer))
        {
            if (_batchSize == 1)
                throw new InvalidOperationException("A network with BatchNorm needs batches of at least 2 rows. Set BatchSize to 2 or more, train on more rows, or leave BatchNorm out.");
            if (training.Count % _batchSize == 1)
                _stepsPerEpoch--;
        }
    }

    public TrainingPlan Plan { get; }

    public long TrainingRows => _training.Count;

    public IReadOnlyList<EpochRecord> Records => _records;

    /// <summary>Trains. No tensor outlives the call.</summary>
    /// <param name="plan">What to do.</param>
    /// <param name="training">The rows to learn from.</param>
    /// <param name="validation">The rows to measure on after each epoch; null for none.</param>
    public static TrainingResult Train(TrainingPlan plan, RowSet training, RowSet? validation)
    {
        using var threads = new TorchThreads(plan.NumberOfThreads ?? TorchThreads.Suitable(plan.Layout, Math.Min(plan.BatchSize, training.Count)));
        using var scope = NewDisposeScope();
        using var run = new TrainingRun(
            plan,
            DenseNet.TrainingRows.From(training, plan.Task, plan.Device),
            validation is null ? null : DenseNet.TrainingRows.From(validation, plan.Task, plan.Device));
        return run.Train();
    }

    public void Stop() => _stopRequested = true;

    public void Dispose() => _updater.Dispose();

    public TrainedNetwork TakeSnapshot() =>
        Plan.ToNetwork(_network.CopyParameters(), _network.CopyBuffers(), new TrainingHistory(_records, _records.Count, StopReason.Observer));

    public IReadOnlyList<NetworkTensor> TakeGradients()
    {
        var gradient = _network.CopyGradient();
        return [.. Plan.Layout.Slots.Where(slot => slot.IsTrained)
            .Select(slot => new NetworkTensor(slot.Name, slot.Shape, gradient.AsMemory(slot.Offset, slot.Count), IsTrained: true))];
    }

    private TrainingResult Train()
    {
        var progress = new TrainingProgress(this);
        Notify(observer => observer.OnTrainingStarted(progress));

        var reason = _stopRequested ? StopReason.Observer : StopReason.Completed;
        while (_records.Count < Plan.NumberOfEpochs && reason == StopReason.Completed)
        {
            Notify(observer => observer.OnEpochStarted(progress));
            double trainingLoss = RunEpoch();
            var (validationLoss, metric) = _validation is null ? (null, null) : Evaluate(_validation);
            _records.Add(new EpochRecord(_records.Count + 1, trainingLoss, validationLoss, _learningRate, _gradientNorm, _clock.Elapsed.TotalSeconds, metric));
            CheckLosses(trainingLoss, validationLoss);
            KeepBest(validationLoss);
            Notify(observer => observer.OnEpochEnded(progress));

            if (_stopRequested)
                reason = StopReason.Observer;
            else if (validationLoss is not null && Plan.EarlyStoppingRound > 0 && _records.Count - _bestEpoch >= Plan.EarlyStoppingRound + (Plan.EarlyStoppingGrowth * _bestEpoch))
                reason = StopReason.EarlyStopping;
        }

        int epoch = RestoreBest();
        Notify(observer => observer.OnTrainingEnded(progress));
        return new TrainingResult(_network.CopyParameters(), _network.CopyBuffers(), new TrainingHistory(_records, epoch, reason));
    }

    /// <summary>One pass over the training rows; gives their mean loss.</summary>
    private double RunEpoch()
    {
        using var scope = NewDisposeScope();
        var order = Plan.Shuffle ? tensor(ShuffledOrder(), ScalarType.Int64).to(Plan.Device) : null;
        var total = zeros(1, ScalarType.Float64, Plan.Device); // on the device, so that no step waits for its loss
        long rows = 0;

        for (int step = 0; step < _stepsPerEpoch; step++)
        {
            Plan.CancellationToken.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            long start = (long)step * _batchSize;
            long count = Math.Min(_batchSize, _training.Count - start);
            var batch =
                count == _training.Count && order is null ? _training :
                order is null ? _training.Slice(start, count) :
                _training.Gather(order.narrow(0, start, count));

            FollowSchedules();
            bool lastOfEpoch = step == _stepsPerEpoch - 1;
            var loss = Plan.Optimizer.NeedsClosure ? StepWithClosure(batch, lastOfEpoch) : Step(batch, lastOfEpoch);
            total.add_(loss.detach(), alpha: count);
            rows += count;
            _step++;
        }

        return total.item<double>() / rows;
    }

    private Tensor Step(TrainingRows batch, bool measureNorm)
    {
        var loss = ComputeGradient(batch, measureNorm);
        _updater.Step(_learningRate, _weightDecayFactor);
        return loss;
    }

    private Tensor StepWithClosure(TrainingRows batch, bool measureNorm)
    {
        Tensor? first = null;
        _updater.Step(_learningRate, () =>
        {
            var loss = ComputeGradient(batch, measureNorm);
            first ??= loss.detach().clone();
            return loss;
        });
        return first!;
    }

    private Tensor ComputeGradient(TrainingRows batch, bool measureNorm)
    {
        _network.ZeroGradient();
        var loss = Plan.Loss.Mean(_network.ForwardScaled(batch.Features, training: true), batch.Targets, batch.Weights);
        loss.backward();
        ClipGradient(measureNorm);
        return loss;
    }

    private void ClipGradient(bool measureNorm)
    {
        using var noGradient = no_grad();
        Tensor[] gradients = [.. _network.Parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        if (measureNorm)
            _gradientNorm = Norm(gradients).item<float>();
        if (Plan.GradientClipValue is { } bound)
        {
            foreach (var gradient in gradients)
                gradient.clamp_(-bound, bound);
        }

        if (Plan.GradientClipNorm is { } maximum)
        {
            var factor = Norm(gradients).add(1e-6).reciprocal().mul(maximum).clamp_max(1); // torch's clip_grad_norm_
            foreach (var gradient in gradients)
                gradient.mul_(factor);
        }
    }

    private static Tensor Norm(Tensor[] gradients) => gradients.Length == 1 ? gradients[0].norm() : stack(gradients.Select(gradient => gradient.norm())).norm();

    private void FollowSchedules()
    {
        double? lastLoss = _records.Count == 0 ? null : _records[^1].ValidationLoss ?? _records[^1].TrainingLoss;
        var point = new SchedulePoint(_step, (long)_stepsPerEpoch * Plan.NumberOfEpochs, _records.Count, Plan.NumberOfEpochs, lastLoss);
        _learningRate = Plan.LearningRate * _schedule(point);
        _weightDecayFactor = _weightDecaySchedule?.Invoke(point) ?? 1;
        _network.DropoutFactor = _dropoutSchedule?.Invoke(point) ?? 1;
    }

    /// <summary>The mean loss and the metric over rows that are not trained on.</summary>
    private (double? Loss, double? Metric) Evaluate(TrainingRows rows)
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var loss = Plan.ValidationLoss ?? Plan.Loss;
        double total = 0;
        var metric = new ValidationMetric(Plan.Task, Plan.Device);
        var kept = new List<Tensor>();
        int rowsAtOnce = Math.Clamp(EvaluationValues / Plan.Layout.Root.DescendantsAndSelf().Max(node => node.OutputWidth), 64, 8192);
        for (long start = 0; start < rows.Count; start += rowsAtOnce)
        {
            using var batchScope = NewDisposeScope();
            var batch = rows.Slice(start, Math.Min(rowsAtOnce, rows.Count - start));
            var outputs = _network.ForwardScaled(batch.Features, training: false);
            if (Plan.CalibratesValidation)
                kept.Add(outputs.MoveToOuterDisposeScope());
            else
                total += loss.Mean(outputs, batch.Targets, batch.Weights).item<float>() * batch.Count;
            metric.Add(Plan.Loss.PredictsLogarithm ? outputs.exp() : outputs, batch);
        }

        return (Plan.CalibratesValidation ? LeastLoss(cat(kept, 0), rows, loss) : total / rows.Count, metric.Value);
    }

    /// <summary>The least mean loss of the outputs times any factor from 1/8 to 8, to about a thousandth of the factor.</summary>
    private static double LeastLoss(Tensor outputs, TrainingRows rows, Loss loss)
    {
        // The loss is convex in the factor; golden-section search keeps one of its two inner points at each step.
        double golden = (Math.Sqrt(5) - 1) / 2;
        double low = -3, high = 3;
        double left = high - (golden * (high - low)), right = low + (golden * (high - low));
        double atLeft = At(left), atRight = At(right);
        for (int i = 0; i < 14; i++)
        {
            if (atLeft <= atRight)
            {
                (high, right, atRight) = (right, left, atLeft);
                left = high - (golden * (high - low));
                atLeft = At(left);
            }
            else
            {
                (low, left, atLeft) = (left, right, atRight);
                right = low + (golden * (high - low));
                atRight = At(right);
            }
        }

        return Math.Min(atLeft, atRight);

        double At(double exponent)
        {
            using var scope = NewDisposeScope();
            return loss.Mean(outputs.mul(Math.Pow(2, exponent)), rows.Targets, rows.Weights).item<float>();
        }
    }

    private void CheckLosses(double trainingLoss, double? validationLoss)
    {
        if (double.IsFinite(trainingLoss) && double.IsFinite(validationLoss ?? 0))
            return;
        throw new InvalidOperationException(
            $"The {(double.IsFinite(trainingLoss) ? "validation" : "training")} loss became {(double.IsFinite(trainingLoss) ? validationLoss : trainingLoss)} in epoch {_records.Count} " +
            $"at learning rate {_learningRate:G4}: training has diverged. Try a lower LearningRate (a tenth), set GradientClipNorm to 1, or leave ScaleFeatures on.");
    }

    private void KeepBest(double? validationLoss)
    {
        if (validationLoss is null)
        {
            _bestEpoch = _records.Count;
        }
        else if (validationLoss < _bestLoss)
        {
            _bestEpoch = _records.Count;
            _bestLoss = validationLoss.Value;
            if (Plan.RestoreBestWeights)
                _bestWeights = (_network.CopyParameters(), _network.CopyBuffers());
        }
    }

    /// <summary>Gives the network the best weights seen, where they were kept; returns the epoch they are of.</summary>
    private int RestoreBest()
    {
        if (_bestWeights is not { } best)
            return _records.Count;
        _network.Load(best.Parameters, best.Buffers);
        return _bestEpoch;
    }

    private long[] ShuffledOrder()
    {
        var order = new long[_training.Count];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        _shuffler.Shuffle(order);
        return order;
    }

    private void Notify(Action<TrainingObserver> call)
    {
        Plan.CancellationToken.ThrowIfCancellationRequested();
        foreach (var observer in Plan.Observers)
            call(observer);
    }
}
