namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>How values are placed along an axis, and which of them are labelled.</summary>
internal abstract class AxisScale
{
    /// <summary>The axis's ends, in its own units.</summary>
    public double Start { get; protected init; }

    /// <inheritdoc cref="Start"/>
    public double End { get; protected init; }

    /// <summary>Whether labels are names, which are spaced apart rather than left out.</summary>
    public virtual bool HasNames => false;

    /// <summary>Converts a value to the axis's own units.</summary>
    public virtual double Place(double value) => value;

    /// <summary>Labels, with their places in the axis's own units.</summary>
    /// <param name="count">How many there is space for.</param>
    public abstract IReadOnlyList<(double Place, string Label)> Ticks(int count);
}
