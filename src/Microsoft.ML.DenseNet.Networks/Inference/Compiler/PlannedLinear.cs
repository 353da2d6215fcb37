namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer that absorbs the scalings around it.</summary>
internal sealed record PlannedLinear : PlannedStage
{
    private readonly ReadOnlyMemory<float> _weights;

    // The weights with the scalings folded in: a copy, made when the first is absorbed.
    private float[]? _scaled;

    /// <param name="weights">Row-major, [outputs, inputs], or [inputs, outputs] of an EmbeddingBag; not changed.</param>
    /// <param name="bias">Shape [outputs]; changed in place.</param>
    /// <param name="inputs">The number of inputs.</param>
    /// <param name="isByInput">Whether the weights are those of an EmbeddingBag.</param>
    public PlannedLinear(ReadOnlyMemory<float> weights, double[] bias, int inputs, bool isByInput = false)
    {
        _weights = weights;
        Inputs = inputs;
        Bias = bias;
        IsByInput = isByInput;
    }

    /// <summary>The weights, laid out as they were passed in.</summary>
    public ReadOnlySpan<float> Weights => Memory.Span;

    /// <summary>The weights, laid out as they were passed in.</summary>
    public ReadOnlyMemory<float> Memory => _scaled ?? _weights;

    /// <summary>Shape [outputs].</summary>
    public double[] Bias { get; }

    /// <summary>The number of inputs.</summary>
    public int Inputs { get; }

    /// <summary>The number of outputs.</summary>
    public int Outputs => Bias.Length;

    /// <summary>Whether the weights are those of an EmbeddingBag.</summary>
    public bool IsByInput { get; }

    /// <summary>Whether it is computed with 8-bit weights; see <see cref="QuantizedLinears"/>.</summary>
    public bool IsQuantized { get; set; }

    /// <summary>Whether all values are finite, so that an input of 0 contributes nothing.</summary>
    public bool IsFinite => FiniteValues.AreAll(Weights) && Bias.All(double.IsFinite);

    /// <summary>Absorbs a scaling of the inputs: <c>W' = W · diag(scale)</c>, <c>b' = b + W · (shift − center · scale)</c>.</summary>
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

    /// <summary>Absorbs a scaling of the outputs: <c>W' = diag(scale) · W</c>, <c>b' = (b − center) · scale + shift</c>.</summary>
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

    private ref float Weight(int unit, int input)
    {
        _scaled ??= _weights.ToArray();
        return ref _scaled[IsByInput ? (input * Bias.Length) + unit : (unit * Inputs) + input];
    }
}
