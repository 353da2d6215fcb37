namespace Microsoft.ML.DenseNet;

/// <summary>
/// Several sums of products of 8-bit integers, computed at once: a lane holds the sum of one output unit, and takes the products of a
/// word of inputs in one step. <see cref="IntegerKernel"/> is written once over this interface.
/// </summary>
/// <remarks>
/// A word is 32 bits: four 8-bit inputs, or two widened to 16 bits where the machine multiplies no bytes. All sums are exact, so the
/// results of all implementations are equal.
/// </remarks>
internal interface IIntegerVector<TSelf>
    where TSelf : struct, IIntegerVector<TSelf>
{
    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>How many inputs a word holds: 4 or 2.</summary>
    static abstract int InputsPerWord { get; }

    /// <summary>What is subtracted from an input, which is from 0 to 255, before it is stored: 128 where bytes are multiplied as signed numbers.</summary>
    static abstract int InputOffset { get; }

    /// <summary>The same word in every lane.</summary>
    static abstract TSelf Create(int word);

    /// <summary>Reads the lanes, starting at <paramref name="offset"/>.</summary>
    static abstract TSelf Load(ref readonly int source, nuint offset);

    /// <summary>Adds the products of a word of inputs and a word of weights to each sum.</summary>
    static abstract TSelf AddProducts(TSelf sums, TSelf inputs, TSelf weights);

    /// <summary>Writes the sums, rounded to single precision, starting at <paramref name="offset"/>.</summary>
    void StoreAsFloat(ref float destination, nuint offset);
}
