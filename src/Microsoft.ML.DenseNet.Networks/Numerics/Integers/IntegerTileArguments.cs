namespace Microsoft.ML.DenseNet;

/// <summary>What <see cref="IntegerKernel"/> computes: sums of products of a few quantized rows with panels of weights.</summary>
internal readonly ref struct IntegerTileArguments(
    ref readonly int inputs, nuint inputStride, nuint words, ref readonly int weights, nuint panelStride, ref readonly int starts, ref float output, nuint outputStride)
{
    /// <summary>The first word of the first row.</summary>
    public readonly ref readonly int Inputs = ref inputs;

    /// <summary>The distance from one row of inputs to the next.</summary>
    public readonly nuint InputStride = inputStride;

    /// <summary>The number of words of a row.</summary>
    public readonly nuint Words = words;

    /// <summary>The first panel: for each word of inputs, the words of its units, side by side.</summary>
    public readonly ref readonly int Weights = ref weights;

    /// <summary>The distance from one panel to the next.</summary>
    public readonly nuint PanelStride = panelStride;

    /// <summary>What each unit's sum starts with; read only where <see cref="IIntegerVector{TSelf}.InputOffset"/> is not 0.</summary>
    public readonly ref readonly int Starts = ref starts;

    /// <summary>The first output of the first row.</summary>
    public readonly ref float Output = ref output;

    /// <summary>The distance from one row of outputs to the next.</summary>
    public readonly nuint OutputStride = outputStride;
}
