namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="MemberMeanLayer"/>, as it predicts: its gradient is divided among the members by their share in the mean. In training, where
/// each member has its own loss, <see cref="MemberMeanBackpropagation"/> takes its place.
/// </summary>
/// <param name="layer">The layer.</param>
/// <param name="input">[rows, members · outputs].</param>
/// <param name="output">[rows, outputs].</param>
internal sealed unsafe class PredictedMeanBackpropagation(MemberMeanLayer layer, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override void Forward(int first, int rows, in Pass pass)
    {
        Span<double> scratch = stackalloc double[MemberMeans.ScratchSize];
        for (int row = first; row < first + rows; row++)
            MemberMeans.Compute(layer, new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride), Input.Width), new Span<float>(Output.Values + ((long)row * Output.Stride), Output.Width), scratch);
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* y = Output.Values + ((long)row * Output.Stride);
            float* outer = Output.Gradient + ((long)row * Output.Stride);
            float* inner = Input.Gradient + ((long)row * Input.Stride);
            for (int member = 0; member < Input.Width; member += Output.Width)
            {
                if (layer.Mean == MeanKind.ClassProbabilities)
                    BackwardClasses(x + member, y, outer, inner + member);
                else
                    BackwardOutputs(x + member, y, outer, inner + member);
            }
        }
    }

    /// <summary>A member's gradient, output by output.</summary>
    private void BackwardOutputs(float* x, float* y, float* outer, float* inner)
    {
        for (int i = 0; i < Output.Width; i++)
        {
            double slope = layer.Mean switch
            {
                MeanKind.Exponentials => Math.Exp((double)x[i] - y[i]),
                MeanKind.Probabilities => Math.Exp(LogVariance(x[i]) - LogVariance(y[i])),
                _ => 1,
            };
            inner[i] = (AddsToGradient ? inner[i] : 0) + (float)(outer[i] * slope / layer.Members);
        }
    }

    /// <summary>
    /// A member's gradient where y is ln of the mean of the members' softmaxes p: with r = p / eʸ, ∂x = (r ∂y − p Σ r ∂y) / members.
    /// </summary>
    private void BackwardClasses(float* x, float* y, float* outer, float* inner)
    {
        int classes = Output.Width;
        double largest = double.NegativeInfinity, divisor = 0, total = 0;
        for (int i = 0; i < classes; i++)
            largest = Math.Max(largest, x[i]);
        for (int i = 0; i < classes; i++)
            divisor += Math.Exp(x[i] - largest);
        double logDivisor = largest + Math.Log(divisor);
        for (int i = 0; i < classes; i++)
            total += outer[i] * Math.Exp(x[i] - logDivisor - y[i]);
        for (int i = 0; i < classes; i++)
        {
            double probability = Math.Exp(x[i] - logDivisor), share = Math.Exp(x[i] - logDivisor - y[i]);
            inner[i] = (AddsToGradient ? inner[i] : 0) + (float)(((share * outer[i]) - (probability * total)) / layer.Members);
        }
    }

    /// <summary>ln σ(x) σ(−x), the logarithm of the logistic function's slope.</summary>
    private static double LogVariance(double x) => -Math.Abs(x) - (2 * Math.Log(1 + Math.Exp(-Math.Abs(x))));
}
