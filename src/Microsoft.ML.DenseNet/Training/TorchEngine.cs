using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes gradients with torch's autograd: on any device, for every layer, module and loss.</summary>
/// <remarks>Its tensors belong to the dispose scopes in which they are created.</remarks>
internal sealed class TorchEngine : TrainingEngine
{
    /// <summary>The most values of one layer evaluated at once outside training; bounds memory.</summary>
    private const int EvaluationValues = 1 << 22;

    private readonly TrainingPlan _plan;
    private readonly TorchNetwork _network;
    private readonly BatchSource _training;
    private readonly StoredRows? _validation;
    private readonly Tensor _total;
    private TrainingRows? _batch;
    private Tensor? _loss;
    private long _rows;

    /// <param name="plan">What is trained.</param>
    /// <param name="network">The network.</param>
    /// <param name="training">The training rows, scaled.</param>
    /// <param name="validation">The validation rows, scaled; null for none.</param>
    public TorchEngine(TrainingPlan plan, TorchNetwork network, BatchSource training, StoredRows? validation)
    {
        _plan = plan;
        _network = network;
        _training = training;
        _validation = validation;
        _total = zeros(1, TorchRuntime.SumPrecision(plan.Device), plan.Device); // on the device, so that no step waits for its loss
    }

    public override bool MakesTensors => true;

    public override Tensor LastLoss => _loss!;

    public override double MeanLoss => _total.cpu().to_type(ScalarType.Float64).item<double>() / _rows;

    public override double GradientNorm
    {
        get
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            return Norm(Gradients()).item<float>();
        }
    }

    public override void BeginEpoch()
    {
        _training.StartEpoch();
        _total.zero_();
        _rows = 0;
    }

    public override void NextBatch(int count) => _batch = _training.Next(count);

    public override void ComputeGradient()
    {
        var batch = _batch!;
        _network.ZeroGradient();
        _loss = _plan.Loss.MeanToLearnFrom(_network.ForwardScaled(batch.Features, training: true), batch.Targets, batch.Weights);
        _loss.backward();
    }

    public override void RecordLoss()
    {
        _total.AddProductInPlace(_loss!.detach(), _batch!.Count);
        _rows += _batch.Count;
    }

    public override void ClipGradient(double? value, double? norm)
    {
        using var noGradient = no_grad();
        var gradients = Gradients();
        if (value is { } bound)
        {
            foreach (var gradient in gradients)
                gradient.ClampInPlace(-bound, bound);
        }

        if (norm is { } maximum)
        {
            var factor = Norm(gradients).Add(1e-6).reciprocal().Multiply(maximum).ClampMaximum(1); // torch's clip_grad_norm_
            foreach (var gradient in gradients)
                gradient.mul_(factor);
        }
    }

    public override (double Loss, double Metric) Evaluate()
    {
        using var noGradient = no_grad();
        using var outer = NewDisposeScope();
        var rows = _validation!;
        var loss = _plan.ValidationLoss ?? _plan.Loss;
        double total = 0;
        var metric = new ValidationMetric(_plan.Task, _plan.Device);
        var kept = new List<Tensor>();
        int sliceSize = Math.Min(rows.SliceSize, Math.Clamp(EvaluationValues / _plan.Layout.Root.DescendantsAndSelf().Max(node => node.OutputWidth), 64, 8192));
        for (long start = 0; start < rows.Count; start += sliceSize)
        {
            using var batchScope = NewDisposeScope();
            var batch = rows.Slice(start, Math.Min(sliceSize, rows.Count - start));
            var outputs = _network.ForwardScaled(batch.Features, training: false);
            if (_plan.CalibratesValidation)
                kept.Add(outputs.MoveToOuterDisposeScope());
            else
                total += loss.Mean(outputs, batch.Targets, batch.Weights).item<float>() * batch.Count;
            metric.Add(_plan.Loss.ToPredictions(outputs), batch.Targets, batch.Weights);
        }

        if (!_plan.CalibratesValidation)
            return (total / rows.Count, metric.Value);

        return (CalibratedLoss.Of(CalibratedLoss.InHost(cat(kept, 0)), _plan.Layout.OutputWidth, CalibratedLoss.InHost(rows.Targets), CalibratedLoss.WeightsOf(rows)), metric.Value);
    }

    private static Tensor Norm(Tensor[] gradients) => gradients.Length == 1 ? gradients[0].norm() : stack(gradients.Select(gradient => gradient.norm())).norm();

    private Tensor[] Gradients() => [.. _network.Parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
}
