namespace Microsoft.ML.DenseNet;

/// <summary>
/// Makes values that ascend from column to column, the quantiles of a regression network that was trained with <c>Losses.Quantiles</c>: the
/// middle value stays, each one to its right is its left neighbor plus softplus(x), each one to its left its right neighbor minus softplus(x).
/// Rounding keeps their order, so they never cross. Added by the regression trainer after the trained layers; not trained.
/// </summary>
internal sealed record AscendingLayer : Layer
{
    /// <param name="middle">The column that stays as it is, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="middle"/> is below 0.</exception>
    internal AscendingLayer(int middle)
    {
        Guard.AtLeast(middle, 0, nameof(middle));
        Middle = middle;
    }

    /// <summary>The column that stays as it is, from 0.</summary>
    public int Middle { get; }

    /// <inheritdoc/>
    public override string Kind => "Ascending";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Scaling;

    internal override IEnumerable<LayerSetting> Settings => [new("middle", Middle)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => false;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Ascending(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => Middle < inputWidth
        ? new LayerNode(this, path, inputWidth, inputWidth, [])
        : throw new ArgumentException($"Layer '{path}' (Ascending) keeps column {Middle}, but has only {inputWidth}.");

    internal override string Describe(int inputWidth) => $"{inputWidth}";

    /// <summary>Makes a row ascend.</summary>
    /// <param name="x">The row.</param>
    /// <param name="middle">The column that stays as it is.</param>
    /// <param name="y">Receives the result; may be the same memory.</param>
    public static void Apply(ReadOnlySpan<float> x, int middle, Span<float> y)
    {
        y[middle] = x[middle];
        for (int i = middle + 1; i < x.Length; i++)
            y[i] = y[i - 1] + Softplus(x[i]);
        for (int i = middle - 1; i >= 0; i--)
            y[i] = y[i + 1] - Softplus(x[i]);
    }

    /// <summary>ln(1 + eˣ), at least 0.</summary>
    public static float Softplus(float x)
    {
        float e = MathF.Exp(-MathF.Abs(x));
        return MathF.Max(x, 0) + (e < 1e-3f ? e - (e * e / 2) : MathF.Log(1 + e)); // the sum 1 + e would lose a small e
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Kind}({Middle})";
}
