using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes the gradient of a network's loss on batches of rows, and measures the network on others.</summary>
internal abstract class TrainingEngine
{
    /// <summary>Whether a step makes tensors, and so needs a dispose scope.</summary>
    public abstract bool MakesTensors { get; }

    /// <summary>The mean loss of the last batch, a scalar; belongs to the current dispose scope.</summary>
    public abstract Tensor LastLoss { get; }

    /// <summary>The mean loss of the rows whose loss was recorded since <see cref="BeginEpoch"/>.</summary>
    public abstract double MeanLoss { get; }

    /// <summary>The norm of the gradient.</summary>
    public abstract double GradientNorm { get; }

    /// <summary>Gradients of matrices in which a step changes only some rows; their part of the flat gradient is not used.</summary>
    public virtual IReadOnlyList<RowGradient> RowGradients => [];

    /// <summary>Begins an epoch.</summary>
    public abstract void BeginEpoch();

    /// <summary>Moves to the next batch of the epoch.</summary>
    /// <param name="count">Its rows.</param>
    public abstract void NextBatch(int count);

    /// <summary>Computes the gradient of the batch's mean loss with respect to the network's parameters.</summary>
    public abstract void ComputeGradient();

    /// <summary>Counts the last batch's loss in <see cref="MeanLoss"/>.</summary>
    public abstract void RecordLoss();

    /// <summary>Bounds the gradient.</summary>
    /// <param name="value">The largest magnitude of a component; null for no bound.</param>
    /// <param name="norm">The largest norm, taken after <paramref name="value"/>; null for no bound.</param>
    public abstract void ClipGradient(double? value, double? norm);

    /// <summary>The mean loss and the metric over the validation rows.</summary>
    public abstract (double Loss, double Metric) Evaluate();

    /// <summary>The same before the first step, without any effect on the random numbers of later steps.</summary>
    public virtual double EvaluateStart() => Evaluate().Loss;

    /// <summary>Writes everything later steps depend on, except the network.</summary>
    public virtual void Save(ValueWriter state)
    {
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public virtual void Load(ValueReader state)
    {
    }
}
