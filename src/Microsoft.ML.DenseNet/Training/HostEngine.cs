using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Gradients in host memory by <see cref="BackpropagationProgram"/>, several times faster than torch where steps are small. A loss
/// that only torch knows is torch's, on the network's outputs; the way back through the network is ours all the same.
/// </summary>
internal sealed unsafe class HostEngine : TrainingEngine
{
    private readonly TrainingPlan _plan;
    private readonly TorchNetwork _network;
    private readonly BatchSource _training;
    private readonly StoredRows? _validation;
    private readonly WorkTeam _team;
    private readonly BackpropagationProgram _program;
    private readonly float[] _outputs;
    private readonly float[] _validationLabels;
    private RowBatch _batch;
    private TrainingRows? _batchTensors;
    private double _loss;
    private double _total;
    private long _rows;

    /// <param name="plan">What is trained.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    /// <param name="threads">The number of threads.</param>
    public HostEngine(TrainingPlan plan, TorchNetwork network, BatchSource training, StoredRows? validation, int threads)
    {
        _plan = plan;
        _network = network;
        _training = training;
        _validation = validation;
        _team = new WorkTeam(threads);
        int batch = (int)Math.Min(plan.BatchSize, training.Count);
        _program = BackpropagationProgram.Compile(
            network.LayersBehindScaling, plan.Layout.InputWidth, network.ParameterPointer, network.GradientPointer, network.BufferPointer, batch, holdsBatch: plan.Loss.RowForm is null, _team, plan.Seed);
        _validationLabels = plan.CalibratesValidation && validation is not null ? validation.Targets.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray() : [];
        _outputs = plan.Loss.RowForm is null ? new float[(long)batch * _program.OutputWidth] : [];
    }

    public override bool MakesTensors => _plan.Loss.RowForm is null;

    public override Tensor LastLoss => tensor((float)_loss);

    public override double MeanLoss => _total / _rows;

    public override double GradientNorm => Norm(Gradient);

    private Span<float> Gradient => new(_network.GradientPointer, _plan.Layout.ParameterCount);

    /// <summary>Whether a training can run here.</summary>
    public static bool Supports(TrainingPlan plan) =>
        plan.Device.type == TorchSharp.DeviceType.CPU && plan.Precision != Precision.BFloat16 && BackpropagationProgram.Supports(TorchNetwork.BehindScaling(plan.Layout, out _));

    /// <summary>One thread for steps so small that sharing them out costs more than it brings; else all of the machine's.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="batch">Rows a step.</param>
    public static int SuitableThreads(NetworkLayout layout, long batch)
    {
        const double WorthSharing = 4e6; // operations: some 40 microseconds
        double products = layout.Slots.Where(slot => slot.IsTrained && slot.Shape.Count == 2).Sum(slot => (double)slot.Count);
        return 2 * 3 * products * batch < WorthSharing ? 1 : Environment.ProcessorCount;
    }

    public override void BeginEpoch()
    {
        _training.StartEpoch();
        _total = 0;
        _rows = 0;
    }

    public override void NextBatch(int count)
    {
        _batchTensors = _plan.Loss.RowForm is null ? _training.Next(count) : null;
        _batch = _batchTensors?.InHost() ?? _training.NextInHost(count);
    }

    public override void ComputeGradient() =>
        _loss = _plan.Loss.RowForm is { } loss
            ? _program.ComputeGradient(in _batch, loss, _network.DropoutFactor)
            : ComputeGradientOfTorchLoss();

    public override void RecordLoss()
    {
        _total += _loss * _batch.Count;
        _rows += _batch.Count;
    }

    public override void ClipGradient(double? value, double? norm)
    {
        var gradient = Gradient;
        if (value is { } bound)
            TensorPrimitives.Clamp(gradient, (float)-bound, (float)bound, gradient);
        if (norm is { } maximum && maximum / (Norm(gradient) + 1e-6) is var factor and < 1) // torch's clip_grad_norm_
            TensorPrimitives.Multiply(gradient, (float)factor, gradient);
    }

    public override (double Loss, double Metric) Evaluate()
    {
        var rows = _validation!;
        int width = _program.OutputWidth;
        float[] outputs = new float[rows.Count * width];
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        for (long start = 0; start < rows.Count; start += rows.SliceSize)
        {
            using var sliceScope = NewDisposeScope();
            var slice = rows.Slice(start, Math.Min(rows.SliceSize, rows.Count - start)).InHost();
            _program.Forward(in slice, outputs.AsSpan((int)start * width, slice.Count * width), isTraining: false, dropoutFactor: 0);
        }

        var predictions = tensor(outputs, rows.Count, width);
        var metric = new ValidationMetric(_plan.Task, _plan.Device);
        metric.Add(_plan.Loss.PredictsLogarithm ? predictions.exp() : predictions, rows.Targets, rows.Weights);
        return (LossOf(outputs, predictions, rows), metric.Value);
    }

    public override void Dispose()
    {
        base.Dispose();
        _program.Dispose();
        _team.Dispose();
    }

    /// <summary>The mean validation loss; that of the outputs times the best factor, where they are calibrated afterwards.</summary>
    private double LossOf(float[] outputs, Tensor predictions, StoredRows rows)
    {
        var loss = _plan.ValidationLoss ?? _plan.Loss;
        double At(double factor)
        {
            using var scope = NewDisposeScope();
            return loss.Mean(factor == 1 ? predictions : predictions.Multiply(factor), rows.Targets, rows.Weights).item<float>();
        }

        if (!_plan.CalibratesValidation)
            return At(1);
        if (loss is not { RowForm: { } ofRow, ClassCount: null } || rows.Weights is not null)
            return CalibratedLoss.Least(At);

        // Some twenty evaluations of a few hundred rows as a rule: torch would spend its time on calls.
        int width = _program.OutputWidth;
        var (scaled, gradient) = (new float[outputs.Length], new float[width]);
        return CalibratedLoss.Least(factor =>
        {
            TensorPrimitives.Multiply(outputs, (float)factor, scaled);
            double sum = 0;
            for (int row = 0; row < _validationLabels.Length; row++)
                sum += ofRow.Evaluate(scaled.AsSpan(row * width, width), _validationLabels[row], 1, gradient);
            return sum / _validationLabels.Length;
        });
    }

    private static double Norm(ReadOnlySpan<float> gradient)
    {
        const int Block = 4096; // single precision within a block, double over them
        double sum = 0;
        for (int start = 0; start < gradient.Length; start += Block)
            sum += TensorPrimitives.SumOfSquares(gradient.Slice(start, Math.Min(Block, gradient.Length - start)));
        return Math.Sqrt(sum);
    }

    private double ComputeGradientOfTorchLoss()
    {
        var rows = _batchTensors!;
        var batch = _batch;
        using var scope = NewDisposeScope();
        int width = _program.OutputWidth;
        var outputs = _outputs.AsSpan(0, batch.Count * width);
        _program.Forward(in batch, outputs, isTraining: true, _network.DropoutFactor);

        var leaf = tensor(outputs.ToArray(), [batch.Count, width]).requires_grad_();
        var loss = _plan.Loss.Mean(leaf, rows.Targets, rows.Weights);
        loss.backward();
        if (leaf.grad is { } gradient)
            _program.Backward(gradient.contiguous().data<float>().ToArray(), adds: false);
        else
            Gradient.Clear(); // a loss that does not depend on the outputs
        return loss.item<float>();
    }
}
