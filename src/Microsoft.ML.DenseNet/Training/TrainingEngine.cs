using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes the gradient of a network's loss on batches of rows, and measures the network on others.</summary>
internal abstract class TrainingEngine : IDisposable
{
    /// <summary>Whether a step makes tensors, and so needs a dispose scope.</summary>
    public abstract bool MakesTensors { get; }

    /// <summary>The mean loss of the last batch, a scalar; belongs to the current dispose scope.</summary>
    public abstract Tensor LastLoss { get; }

    /// <summary>The mean loss of the rows whose loss was recorded since <see cref="BeginEpoch"/>.</summary>
    public abstract double MeanLoss { get; }

    /// <summary>The norm of the gradient.</summary>
    public abstract double GradientNorm { get; }

    /// <summary>Begins an epoch.</summary>
    /// <param name="order">The order of the training rows; null for that of the data.</param>
    public abstract void BeginEpoch(long[]? order);

    /// <summary>The gradient of the mean loss of a batch by the network's parameters.</summary>
    /// <param name="start">The batch's first row in the epoch's order.</param>
    /// <param name="count">Its rows.</param>
    public abstract void ComputeGradient(long start, int count);

    /// <summary>Counts the last batch's loss in <see cref="MeanLoss"/>.</summary>
    public abstract void RecordLoss();

    /// <summary>Bounds the gradient.</summary>
    /// <param name="value">The largest magnitude of a component; null for any.</param>
    /// <param name="norm">The largest norm, taken after <paramref name="value"/>; null for any.</param>
    public abstract void ClipGradient(double? value, double? norm);

    /// <summary>The mean loss and the metric over the validation rows.</summary>
    public abstract (double Loss, double Metric) Evaluate();

    public virtual void Dispose()
    {
    }
}
