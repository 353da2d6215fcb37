using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Computes gradients in host memory with <see cref="BackpropagationProgram"/>, several times faster than torch for small steps. A
/// user-defined loss is computed by torch on the network's outputs; the backward pass through the network still runs here.
/// </summary>
internal sealed unsafe class HostEngine : TrainingEngine
{
    private readonly TrainingPlan _plan;
    private readonly TorchNetwork _network;
    private readonly BatchSource _training;
    private readonly StoredRows? _validation;
    private readonly BackpropagationProgram _program;
    private readonly float[] _outputs;
    private readonly float[] _validationLabels;
    private readonly double[] _validationWeights;
    private readonly (int Offset, int Count)[] _ranges;
    private readonly GradientExchange? _exchange;
    private readonly JointGradient? _joint;
    private RowBatch _batch;
    private int _batchRows;
    private TrainingRows? _batchTensors;
    private double _loss;
    private double _total;
    private long _rows;

    /// <param name="plan">What is trained.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">The training rows.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="form">The form in which rows arrive.</param>
    /// <param name="oneHot">The form of dense rows; null if they have all slots.</param>
    /// <param name="resources">Takes ownership of the threads and the memory.</param>
    public HostEngine(TrainingPlan plan, TorchNetwork network, BatchSource training, StoredRows? validation, int threads, InputForm form, OneHotForm? oneHot, ResourceStack resources)
    {
        _plan = plan;
        _network = network;
        _training = training;
        _validation = validation;
        _exchange = plan.Workers is { } workers ? new GradientExchange(workers) : null;
        var team = resources.Add(new WorkTeam(threads));
        int batch = (int)Math.Min(plan.BatchSize, training.Count);
        _program = resources.Add(BackpropagationProgram.Compile(
            plan.Layout.AfterScaling, plan.Layout.ScaledWidth, network.ParameterPointer, network.GradientPointer, network.BufferPointer, batch, holdsBatch: plan.Loss.RowForm is null, team, plan.Seed, form, oneHot));
        bool calibrates = plan.CalibratesValidation && validation is not null;
        _validationLabels = calibrates ? CalibratedLoss.InHost(validation!.Targets) : [];
        _validationWeights = calibrates ? CalibratedLoss.WeightsOf(validation!) : [];
        _ranges = [.. RangesBetween(_program.RowGradients, plan.Layout.ParameterCount)];
        _joint = _exchange is null ? null : resources.Add(new JointGradient(plan.Workers!.AgreeOnHidden(threads), _exchange, _program, network.GradientPointer, _ranges, ClearGradient));
        _outputs = plan.Loss.RowForm is null ? new float[(long)batch * _program.OutputWidth] : [];
    }

    public override bool MakesTensors => _plan.Loss.RowForm is null;

    public override Tensor LastLoss => tensor((float)_loss);

    public override double MeanLoss => _total / _rows;

    public override double GradientNorm
    {
        get
        {
            double squares = 0;
            for (int i = 0; i < PartCount; i++)
                squares += SumOfSquares(GradientPart(i));
            return Math.Sqrt(squares);
        }
    }

    public override IReadOnlyList<RowGradient> RowGradients => _program.RowGradients;

    /// <summary>The number of gradient parts that a step computes: ranges of the flat one, and touched rows.</summary>
    private int PartCount => _ranges.Length + RowGradients.Count;

    /// <summary>Whether this engine can run a plan.</summary>
    public static bool Supports(TrainingPlan plan) =>
        plan.IsOnHost && plan.Precision != Precision.BFloat16 && BackpropagationProgram.Supports(plan.Layout.AfterScaling);

    /// <summary>How this engine reads rows: without their zeros if they are stored that way and the network can read them.</summary>
    /// <param name="plan">What is trained.</param>
    /// <param name="sparse">How the training rows are scaled without their zeros; null if they are dense, or scaling would fill them.</param>
    public static InputForm FormOf(TrainingPlan plan, SparseScaling? sparse)
    {
        if (sparse is null || !Supports(plan) || !BackpropagationProgram.ReadsSparse(plan.Layout.AfterScaling))
            return InputForm.Dense;
        return plan.Optimizer.IsLazy ? InputForm.SparseRows : InputForm.Sparse;
    }

    /// <summary>One thread for steps so small that dividing them costs more than it saves; otherwise all of the machine's.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="batch">Rows per step.</param>
    /// <param name="sparse">The training rows, or a sample of them, if they are read without their zeros; otherwise null.</param>
    /// <param name="oneHot">The form of dense rows; null if they have all slots.</param>
    public static int SuitableThreads(NetworkLayout layout, long batch, RowSet? sparse, OneHotForm? oneHot = null)
    {
        const double WorthSharing = 4e6; // operations: about 40 microseconds
        const double CostOfLookup = 8; // of a distant row of weights, measured in nearby weights
        double products = TorchThreads.Products(layout) - (oneHot?.SkippedProducts(layout.AfterScaling) ?? 0);
        if (sparse is not null)
        {
            double values = (double)sparse.SparseTable().ValueCount / sparse.Count;
            foreach (var node in layout.SparseReaders)
                products += (values * (node.OutputWidth + CostOfLookup)) - node.Parameters[0].Count;
        }

        return 2 * 3 * products * batch < WorthSharing ? 1 : Environment.ProcessorCount;
    }

    /// <summary>How long each process has computed since the last call; none if this one trains alone.</summary>
    public double[] TakeSeconds() => _exchange?.TakeSeconds() ?? [];

    public override void BeginEpoch()
    {
        _exchange?.Resume();
        _training.StartEpoch();
        _total = 0;
        _rows = 0;
    }

    public override void NextBatch(int count)
    {
        _batchTensors = _plan.Loss.RowForm is null ? _training.Next(count) : null;
        _batch = _batchTensors?.InHost() ?? _training.NextInHost(count);
        _batchRows = count;
    }

    public override void ComputeGradient() =>
        _loss = _plan.Loss.RowForm is not { } loss ? ComputeGradientOfTorchLoss()
            : _joint is { } joint ? joint.Compute(in _batch, loss, _network.DropoutFactor)
            : _program.ComputeGradient(in _batch, loss, _network.DropoutFactor);

    public override void RecordLoss()
    {
        _total += _loss * _batchRows;
        _rows += _batchRows;
    }

    public override void ClipGradient(double? value, double? norm)
    {
        for (int i = 0; value is not null && i < PartCount; i++)
            TensorPrimitives.Clamp(GradientPart(i), (float)-value.Value, (float)value.Value, GradientPart(i));
        if (norm is not { } maximum || maximum / (GradientNorm + 1e-6) is not (var factor and < 1)) // torch's clip_grad_norm_
            return;
        for (int i = 0; i < PartCount; i++)
            TensorPrimitives.Multiply(GradientPart(i), (float)factor, GradientPart(i));
    }

    public override (double Loss, double Metric) Evaluate()
    {
        var rows = _validation!;
        int width = _program.PredictionWidth;
        float[] outputs = new float[rows.Count * width];
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var (first, end) = _exchange?.RangeOf(rows.Count) ?? (0, rows.Count);
        for (long start = first; start < end; start += rows.SliceSize)
        {
            using var sliceScope = NewDisposeScope();
            var slice = rows.SliceInHost(start, (int)Math.Min(rows.SliceSize, end - start));
            _program.Forward(in slice, outputs.AsSpan((int)start * width, slice.Count * width), isTraining: false, dropoutFactor: 0);
        }

        _exchange?.Fill(outputs, rows.Count);
        var predictions = tensor(outputs, rows.Count, width);
        var metric = new ValidationMetric(_plan.Task, _plan.Device);
        metric.Add(_plan.Loss.ToPredictions(predictions), rows.Targets, rows.Weights);
        return (LossOf(outputs, predictions, rows), metric.Value);
    }

    public override double EvaluateStart()
    {
        uint passes = _program.Passes; // dropout depends on their number
        double loss = Evaluate().Loss;
        _program.Passes = passes;
        return loss;
    }

    public override void Save(ValueWriter state) => state.Write(((long)(_plan.Workers?.Count ?? 0) << 32) | _program.Passes);

    public override void Load(ValueReader state)
    {
        long saved = state.ReadInt64();
        _program.Passes = unchecked((uint)saved);
        int processes = (int)Math.Max(saved >> 32, 1), now = _plan.Workers?.Count ?? 1;
        if (processes != now)
            _plan.Report?.Invoke($"The checkpoint was saved when {processes} processes trained the network together, and now there are {now}: the model will be the same up to rounding, not bit for bit.");
    }

    /// <summary>The mean validation loss; if the outputs are calibrated afterwards, that of the calibrated outputs.</summary>
    private double LossOf(float[] outputs, Tensor predictions, StoredRows rows) => _plan.CalibratesValidation
        ? CalibratedLoss.Of(outputs, _program.PredictionWidth, _validationLabels, _validationWeights)
        : (_plan.ValidationLoss ?? _plan.Loss).Mean(predictions, rows.Targets, rows.Weights).item<float>();

    private Span<float> GradientPart(int part) => part < _ranges.Length
        ? new(_network.GradientPointer + _ranges[part].Offset, _ranges[part].Count)
        : RowGradients[part - _ranges.Length].Values;

    /// <summary>The ranges of the flat gradient outside the matrices whose gradient is kept separately.</summary>
    private static IEnumerable<(int Offset, int Count)> RangesBetween(IReadOnlyList<RowGradient> rows, int count)
    {
        int start = 0;
        foreach (var matrix in rows.OrderBy(matrix => matrix.Offset))
        {
            yield return (start, matrix.Offset - start);
            start = matrix.Offset + matrix.Count;
        }

        yield return (start, count - start);
    }

    private static double SumOfSquares(ReadOnlySpan<float> gradient)
    {
        const int Block = 4096; // single precision within a block, double across blocks
        double sum = 0;
        for (int start = 0; start < gradient.Length; start += Block)
            sum += TensorPrimitives.SumOfSquares(gradient.Slice(start, Math.Min(Block, gradient.Length - start)));
        return sum;
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
        var loss = _plan.Loss.MeanToLearnFrom(leaf, rows.Targets, rows.Weights);
        loss.backward();
        if (leaf.grad is { } gradient)
            _program.Backward(gradient.contiguous().data<float>().ToArray(), adds: false);
        else
            ClearGradient(); // a loss that does not depend on the outputs
        return loss.item<float>();
    }

    private void ClearGradient()
    {
        foreach (var (offset, count) in _ranges)
            new Span<float>(_network.GradientPointer + offset, count).Clear();
        foreach (var matrix in RowGradients)
            matrix.Begin([], 0);
    }
}
