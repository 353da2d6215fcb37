using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Accumulates the validation metric on the training device: accuracy for classes, the coefficient of determination for numbers.</summary>
internal sealed class ValidationMetric
{
    private readonly LearningTask _task;

    // Sums over rows: the weights; then the hits, or the squared errors, targets and squared targets.
    private readonly Tensor _sums;

    /// <summary>The sums belong to the current dispose scope.</summary>
    public ValidationMetric(LearningTask task, Device device)
    {
        _task = task;
        _sums = zeros(4, TorchRuntime.SumPrecision(device), device);
    }

    /// <summary>The metric over the rows added so far.</summary>
    public double Value
    {
        get
        {
            double[] sums = _sums.cpu().to_type(ScalarType.Float64).data<double>().ToArray();
            if (_task != LearningTask.Regression)
                return sums[1] / sums[0];
            double spread = sums[3] - sums[2] * sums[2] / sums[0];
            return 1 - sums[1] / spread;
        }
    }

    /// <param name="predictions">The network's outputs: logits, or numbers in the targets' unit.</param>
    /// <param name="targets">The rows' targets.</param>
    /// <param name="exampleWeights">Their weights; null for 1 each.</param>
    public void Add(Tensor predictions, Tensor targets, Tensor? exampleWeights)
    {
        var weights = (exampleWeights ?? ones_like(targets, ScalarType.Float32)).to_type(_sums.dtype);
        if (_task == LearningTask.Regression)
            (predictions, targets) = (predictions.to_type(_sums.dtype), targets.to_type(_sums.dtype)); // squares of large numbers would cancel
        Tensor[] terms = _task switch
        {
            LearningTask.BinaryClassification => [weights, weights * predictions.IsAbove(0).eq(targets.IsAbove(0.5))],
            LearningTask.MulticlassClassification => [weights, weights * predictions.argmax(1).eq(targets)],
            _ => [weights, weights * (predictions - targets).Square(), weights * targets, weights * targets.Square()],
        };
        for (int i = 0; i < terms.Length; i++)
            _sums[i].PlusInPlace(terms[i].sum());
    }
}
