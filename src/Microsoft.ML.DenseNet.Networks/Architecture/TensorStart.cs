namespace Microsoft.ML.DenseNet;

/// <summary>The initial values of a tensor, before anything is learned. A layer declares them for each of its tensors; they are drawn elsewhere.</summary>
internal abstract record TensorStart
{
    /// <summary>All 0.</summary>
    public static TensorStart Zeros { get; } = new Constant(0);

    /// <summary>All 1.</summary>
    public static TensorStart Ones { get; } = new Constant(1);

    /// <summary>All the same value.</summary>
    public sealed record Constant(float Value) : TensorStart;

    /// <summary>Uniform within ±<paramref name="Bound"/>.</summary>
    public sealed record Uniform(double Bound) : TensorStart;

    /// <summary>Uniform within ±<paramref name="Bound"/>; all 0 in a network's last layer, where units need not differ.</summary>
    public sealed record HiddenUniform(double Bound) : TensorStart;

    /// <summary>Normal, with mean 0.</summary>
    public sealed record Normal(double Deviation) : TensorStart;

    /// <summary>−1 or 1 with equal probability.</summary>
    public sealed record RandomSigns : TensorStart;

    /// <summary>A matrix drawn according to the <c>Initialization</c>.</summary>
    /// <param name="Inputs">The number of products in each sum.</param>
    /// <param name="Units">The number of sums.</param>
    public sealed record LinearWeight(int Inputs, int Units) : TensorStart;

    /// <summary>The bias of such a matrix.</summary>
    /// <param name="Inputs">The matrix's number of products in each sum.</param>
    /// <param name="Copies">How often the same values are repeated.</param>
    public sealed record LinearBias(int Inputs, int Copies = 1) : TensorStart;

    /// <summary><paramref name="Count"/> values in equal steps, repeated.</summary>
    public sealed record Steps(float First, float Step, int Count) : TensorStart;

    /// <summary>Whatever a user-defined torch module draws.</summary>
    public sealed record OfModule : TensorStart;
}
