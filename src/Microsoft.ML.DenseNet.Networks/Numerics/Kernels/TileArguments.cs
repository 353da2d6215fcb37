namespace Microsoft.ML.DenseNet;

/// <summary>What <see cref="TileKernel"/> computes: <c>output = [output +] input · weights + bias</c> for a few rows and units.</summary>
internal readonly ref struct TileArguments(
    ref readonly float input, nuint inputStride, ref readonly float weights, nuint weightStride, nuint inputs, ref readonly float bias, ref float output, nuint outputStride, bool isContinued, nuint inputStep = 1)
{
    /// <summary>The first input of the first row.</summary>
    public readonly ref readonly float Input = ref input;

    /// <summary>The distance from one row of inputs to the next.</summary>
    public readonly nuint InputStride = inputStride;

    /// <summary>The distance from one input of a row to the next.</summary>
    public readonly nuint InputStep = inputStep;

    /// <summary>For each input, the weights of the units, side by side.</summary>
    public readonly ref readonly float Weights = ref weights;

    /// <summary>The distance from the weights of one input to those of the next.</summary>
    public readonly nuint WeightStride = weightStride;

    /// <summary>The number of inputs.</summary>
    public readonly nuint Inputs = inputs;

    /// <summary>What is added at the end, unit by unit.</summary>
    public readonly ref readonly float Bias = ref bias;

    /// <summary>The first output of the first row.</summary>
    public readonly ref float Output = ref output;

    /// <summary>The distance from one row of outputs to the next.</summary>
    public readonly nuint OutputStride = outputStride;

    /// <summary>Whether the output holds the sums over earlier inputs.</summary>
    public readonly bool IsContinued = isContinued;
}
