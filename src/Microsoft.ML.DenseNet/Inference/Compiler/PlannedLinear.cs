namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer that takes up the scalings around it.</summary>
/// <param name="Weights">Row-major, [outputs, inputs], or [inputs, outputs] of an EmbeddingBag with more behind; changed in place.</param>
/// <param name="Bias">Shape [outputs]; changed in place.</param>
/// <param name="Inputs">The number of inputs.</param>
/// <param name="IsByInput">Whether the weights are those of an EmbeddingBag.</param>
internal sealed record PlannedLinear(float[] Weights, double[] Bias, int Inputs, bool IsByInput = false) : PlannedStage
{
    /// <summary>Takes up a scaling of the inputs: <c>W' = W · diag(scale)</c>, <c>b' = b + W · (shift − center · scale)</c>.</summary>
    public void FoldBefore(PlannedAffine affine)
    {
        for (int unit = 0; unit < Bias.Length; unit++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                ref float weight = ref Weight(unit, i);
                Bias[unit] += weight * (affine.Shift[i] - (affine.Center[i] * affine.Scale[i]));
                weight = (float)(weight * affine.Scale[i]);
            }
        }
    }

    /// <summary>Takes up a scaling of the outputs: <c>W' = diag(scale) · W</c>, <c>b' = (b − center) · scale + shift</c>.</summary>
    /// <remarks>Safe for any center and shift, because the kernels add the bias last.</remarks>
    public void FoldAfter(PlannedAffine affine)
    {
        for (int unit = 0; unit < Bias.Length; unit++)
        {
            for (int i = 0; i < Inputs; i++)
            {
                ref float weight = ref Weight(unit, i);
                weight = (float)(weight * affine.Scale[unit]);
            }

            Bias[unit] = ((Bias[unit] - affine.Center[unit]) * affine.Scale[unit]) + affine.Shift[unit];
        }
    }

    private ref float Weight(int unit, int input) => ref Weights[IsByInput ? (input * Bias.Length) + unit : (unit * Inputs) + input];
}
