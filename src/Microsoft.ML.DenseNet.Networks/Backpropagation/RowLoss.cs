namespace Microsoft.ML.DenseNet;

/// <summary>The loss of a single row, with its gradient.</summary>
internal abstract class RowLoss
{
    /// <summary>Computes the loss of a row.</summary>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="label">0 or 1, a class number, or a number.</param>
    /// <param name="factor">A factor on the gradient, not on the loss.</param>
    /// <param name="gradient">Receives the gradient by the outputs.</param>
    public abstract float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient);

    /// <summary>Returns what the sum of the rows' losses is divided by to get their mean.</summary>
    public virtual double Divisor(in RowBatch batch) => batch.Count;
}
