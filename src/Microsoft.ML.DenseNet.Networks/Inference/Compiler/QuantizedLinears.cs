namespace Microsoft.ML.DenseNet;

/// <summary>Decides which Linears of a quantized program have 8-bit weights, and makes their steps.</summary>
internal static class QuantizedLinears
{
    /// <summary>With fewer inputs, units or weights, rounding the row and scaling the sums costs what the product saves.</summary>
    private const int FewestInputs = 64, FewestUnits = 64, FewestWeights = 8192;

    /// <summary>
    /// Chooses the Linears that follow another Linear and are large enough to gain. Those that read the features or embeddings of them
    /// keep single precision: their inputs are of very different sizes, and one scale for all would cost accuracy.
    /// </summary>
    /// <param name="stages">The stages of a whole network.</param>
    public static void Choose(IReadOnlyList<PlannedStage> stages) => Choose(stages, followsLinear: false);

    /// <summary>The same for a part of it; returns whether what comes after it follows a Linear.</summary>
    private static bool Choose(IReadOnlyList<PlannedStage> stages, bool followsLinear)
    {
        foreach (var stage in stages)
        {
            bool follows = followsLinear;
            followsLinear |= stage switch
            {
                PlannedLinear linear => Choose(linear, follows),
                PlannedBranches branches => Choose(branches.Branches, follows),
                PlannedEmbedding embedding => Choose(embedding.Parts.OfType<EmbeddedBranch>().Select(branch => branch.Stages), follows),
                _ => false,
            };
        }

        return followsLinear;
    }

    private static bool Choose(IEnumerable<List<PlannedStage>> branches, bool followsLinear)
    {
        bool hasLinear = false;
        foreach (var branch in branches)
            hasLinear |= Choose(branch, followsLinear);
        return hasLinear;
    }

    private static bool Choose(PlannedLinear linear, bool followsLinear)
    {
        linear.IsQuantized = followsLinear && !linear.IsByInput && linear.Weights.Length >= FewestWeights
            && linear.Inputs is >= FewestInputs and <= QuantizedWeights.MaximumInputs && linear.Outputs >= FewestUnits && linear.IsFinite;
        return true;
    }

    /// <summary>Makes the step, with the instructions that this machine has.</summary>
    public static ProgramStep Step<TVector>(PlannedLinear linear, float[] bias, Operand input, Operand output, ElementwiseFunction[] functions, ScratchPlanner scratch)
        where TVector : struct, ISimdVector<TVector>
    {
        if (TVector.Count >= ByteVector256.Count && ByteVector256.IsSupported)
            return Step<TVector, ByteVector256>(linear, bias, input, output, functions, scratch);
        if (TVector.Count == ShortVector512.Count && ShortVector512.IsSupported)
            return Step<TVector, ShortVector512>(linear, bias, input, output, functions, scratch);
        if (TVector.Count == ShortVector256.Count && ShortVector256.IsSupported)
            return Step<TVector, ShortVector256>(linear, bias, input, output, functions, scratch);
        if (TVector.Count >= ByteVector128.Count && ByteVector128.IsSupported)
            return Step<TVector, ByteVector128>(linear, bias, input, output, functions, scratch);
        return TVector.Count >= ShortVector128.Count && ShortVector128.IsSupported
            ? Step<TVector, ShortVector128>(linear, bias, input, output, functions, scratch)
            : Step<TVector, ByteScalar>(linear, bias, input, output, functions, scratch);
    }

    private static QuantizedLinearStep<TVector, TInteger> Step<TVector, TInteger>(PlannedLinear linear, float[] bias, Operand input, Operand output, ElementwiseFunction[] functions, ScratchPlanner scratch)
        where TVector : struct, ISimdVector<TVector>
        where TInteger : struct, IIntegerVector<TInteger>
    {
        var quantized = scratch.Allocate(QuantizedLinearStep<TVector, TInteger>.ScratchWidth(input.Width));
        var step = new QuantizedLinearStep<TVector, TInteger>(new QuantizedWeights(linear.Weights, linear.Outputs), bias, input, output, quantized, functions);
        scratch.Release(quantized);
        return step;
    }
}
