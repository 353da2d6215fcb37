namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise layer in a compiled program: a function of each value and its column.</summary>
internal abstract class ElementwiseFunction
{
    /// <summary>Applies the function to a block of rows; source and destination may be the same.</summary>
    /// <param name="source">The first value; only <paramref name="columns"/> values are read from each row.</param>
    /// <param name="sourceStride">The distance from one row of the source to the next.</param>
    /// <param name="destination">Where the first result goes. Whole vectors are written: up to one vector minus one value beyond each row.</param>
    /// <param name="destinationStride">The distance from one row of the destination to the next.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="firstColumn">The layer's column that holds the first value of each row.</param>
    public abstract void Apply(
        ref readonly float source, nuint sourceStride, ref float destination, nuint destinationStride, int rows, int columns, int firstColumn);

    /// <summary>Applies the function to a single value in <paramref name="column"/>, with the same bits as in a block.</summary>
    public abstract float Apply(float x, int column);

    /// <summary>Whether a column's values are returned unchanged, up to <see cref="StandardizeLayer.Limit"/>.</summary>
    public virtual bool IsIdentity(int column) => false;
}
