using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>A leaky ReLU with a learned slope; see <see cref="Layer.PReLU"/>.</summary>
public sealed record PReLULayer : Layer
{
    internal PReLULayer(bool perUnit, float initialSlope)
    {
        Guard.Finite(initialSlope, nameof(initialSlope));
        PerUnit = perUnit;
        InitialSlope = initialSlope;
    }

    /// <summary>Whether each unit has its own slope.</summary>
    public bool PerUnit { get; }

    /// <summary>The slope before training.</summary>
    public float InitialSlope { get; }

    /// <inheritdoc/>
    public override string Kind => "PReLU";

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) =>
        new(this, path, inputWidth, inputWidth, [allocator.Parameter(path, "weight", PerUnit ? inputWidth : 1)]);

    internal override string Describe(int inputWidth) => $"num_parameters={(PerUnit ? inputWidth : 1)}";

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"PReLU(perUnit: {PerUnit}, {InitialSlope})");
}
