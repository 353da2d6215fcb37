namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MemberMeanLayer"/>, at a network's end: in training each member has its own loss, so the mean is computed only to measure.</summary>
/// <param name="layer">The layer.</param>
/// <param name="input">[rows, members · outputs].</param>
/// <param name="output">[rows, outputs].</param>
internal sealed unsafe class MemberMeanBackpropagation(MemberMeanLayer layer, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        if (pass.IsTraining)
            return;
        Span<double> scratch = stackalloc double[MemberMeans.ScratchSize];
        for (int row = first; row < first + rows; row++)
            MemberMeans.Compute(layer, new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), Input.Width), new Span<float>(Output.Values + ((long)row * Output.Stride), Output.Width), scratch);
    }

    /// <summary>Does nothing: the input is what the loss reads.</summary>
    public override void Backward(int first, int rows, in Pass pass)
    {
    }
}
