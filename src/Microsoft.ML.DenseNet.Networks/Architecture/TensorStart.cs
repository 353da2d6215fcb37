namespace Microsoft.ML.DenseNet;

/// <summary>How the values of a tensor start, before anything is learned. A layer says it of each of its tensors; what draws the values is elsewhere.</summary>
internal abstract record TensorStart
{
    /// <summary>All 0.</summary>
    public static TensorStart Zeros { get; } = new Constant(0);

    /// <summary>All 1.</summary>
    public static TensorStart Ones { get; } = new Constant(1);

    /// <summary>All the same.</summary>
    public sealed record Constant(float Value) : TensorStart;

    /// <summary>Uniform within ±<paramref name="Bound"/>.</summary>
    public sealed record Uniform(double Bound) : TensorStart;

    /// <summary>Uniform within ±<paramref name="Bound"/>; all 0 in a network's last layer, where units need not differ.</summary>
    public sealed record HiddenUniform(double Bound) : TensorStart;

    /// <summary>Normal, of mean 0.</summary>
    public sealed record Normal(double Deviation) : TensorStart;

    /// <summary>−1 or 1 with equal chance.</summary>
    public sealed record RandomSigns : TensorStart;

    /// <summary>A matrix that the <c>Initialization</c> draws.</summary>
    /// <param name="Inputs">The number of products in a sum.</param>
    /// <param name="Units">The number of sums.</param>
    public sealed record LinearWeight(int Inputs, int Units) : TensorStart;

    /// <summary>The bias of such a matrix.</summary>
    /// <param name="Inputs">As its.</param>
    /// <param name="Copies">How often the same values are repeated.</param>
    public sealed record LinearBias(int Inputs, int Copies = 1) : TensorStart;

    /// <summary><paramref name="Count"/> values in equal steps, again and again.</summary>
    public sealed record Steps(float First, float Step, int Count) : TensorStart;

    /// <summary>What a torch module of the user's own draws.</summary>
    public sealed record OfModule : TensorStart;
}
