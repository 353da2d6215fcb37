namespace Microsoft.ML.DenseNet;

/// <summary>
/// The space in which the way from a background row to the explained row is straight, and how contributions in it are those of slots. It comes
/// after what is not differentiable, jagged or not worth repeating at every point: input scaling, indicators of missing values, embeddings of numbers, sums over
/// sparse rows.
/// </summary>
internal abstract class PathSpace
{
    protected PathSpace(NetworkLayout layout, int width)
    {
        Layout = layout;
        Width = width;
    }

    /// <summary>The number of coordinates of a point.</summary>
    public int Width { get; }

    /// <summary>The network, its widths, and where its values are.</summary>
    protected NetworkLayout Layout { get; }

    /// <summary>Chooses the space for a network.</summary>
    /// <param name="network">The network, without torch modules.</param>
    /// <param name="background">The rows that others are compared with.</param>
    /// <param name="width">The vector registers to use.</param>
    public static PathSpace Of(TrainedNetwork network, BackgroundRows background, VectorWidth width)
    {
        var layout = network.Layout;
        if (BackpropagationProgram.ReadsSparse(layout.AfterScaling) && layout.InputScaling is not { HasIndicators: true })
            return new SparsePathSpace(network, background, width);
        return SlotEmbeddings.Of(layout.AfterScaling, layout.ScaledWidth) is { } embeddings
            ? new EmbeddedPathSpace(network, embeddings, width)
            : new DensePathSpace(network, width);
    }

    /// <summary>Compiles what comes after.</summary>
    public abstract InputGradientProgram Compile();

    /// <summary>Returns the point of a row.</summary>
    /// <param name="row">The row, whose length and indices are checked.</param>
    /// <param name="point">Receives <see cref="Width"/> coordinates.</param>
    public abstract void Enter(in RawRow row, Span<float> point);

    /// <summary>Computes the contributions of slots.</summary>
    /// <param name="row">The row.</param>
    /// <param name="gradients">The gradients on the paths to it.</param>
    /// <param name="contributions">Receives a value for each slot.</param>
    public abstract void Attribute(in RawRow row, in PathGradients gradients, Span<float> contributions);

    /// <summary>Copies values to where the garbage collector does not move them.</summary>
    protected static float[] Pinned(ReadOnlyMemory<float> values)
    {
        float[] pinned = GC.AllocateUninitializedArray<float>(values.Length, pinned: true);
        values.Span.CopyTo(pinned);
        return pinned;
    }
}
