namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer that takes up the scalings around it.</summary>
/// <param name="Weights">Shape [outputs, inputs], row-major; changed in place.</param>
/// <param name="Bias">Shape [outputs]; changed in place.</param>
internal sealed record PlannedLinear(float[] Weights, double[] Bias) : PlannedStage
{
    /// <summary>Takes up a scaling of the inputs: <c>W' = W · diag(scale)</c>, <c>b' = b + W · (shift − center · scale)</c>.</summary>
    public void FoldBefore(PlannedAffine affine)
    {
        int inputs = Weights.Length / Bias.Length;
        for (int unit = 0; unit < Bias.Length; unit++)
        {
            var row = Weights.AsSpan(unit * inputs, inputs);
            for (int i = 0; i < inputs; i++)
            {
                Bias[unit] += row[i] * (affine.Shift[i] - (affine.Center[i] * affine.Scale[i]));
                row[i] = (float)(row[i] * affine.Scale[i]);
            }
        }
    }

    /// <summary>Takes up a scaling of the outputs: <c>W' = diag(scale) · W</c>, <c>b' = (b − center) · scale + shift</c>.</summary>
    /// <remarks>Safe for any center and shift, because the kernels add the bias last.</remarks>
    public void FoldAfter(PlannedAffine affine)
    {
        int inputs = Weights.Length / Bias.Length;
        for (int unit = 0; unit < Bias.Length; unit++)
        {
            foreach (ref float weight in Weights.AsSpan(unit * inputs, inputs))
                weight = (float)(weight * affine.Scale[unit]);
            Bias[unit] = ((Bias[unit] - affine.Center[unit]) * affine.Scale[unit]) + affine.Shift[unit];
        }
    }
}
