namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Losses.Focal"/>. A single output is the logit of the second of two classes.</summary>
/// <remarks>Double precision: with a large gamma, (1 − p)^gamma multiplies the rounding error of 1 − p.</remarks>
internal sealed class FocalRowLoss(double gamma) : RowLoss
{
    /// <summary>The smallest 1 − p, as for torch: at 0, a power below 1 has no derivative.</summary>
    private const double LeastComplement = 1e-30;

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient) =>
        (float)(outputs.Length == 1 ? OfTwoClasses(outputs[0], label > 0, factor, gradient) : OfClasses(outputs, (int)label, factor, gradient));

    private double OfTwoClasses(double logit, bool isSecond, float factor, Span<float> gradient)
    {
        double x = isSecond ? logit : -logit; // the logit of the true class
        double e = Math.Exp(-Math.Abs(x));
        double complement = (x < 0 ? 1 : e) / (1 + e);
        double slope = Loss(Math.Min(x, 0) - Math.Log(1 + e), complement, out double loss) * complement;
        gradient[0] = (float)(factor * (isSecond ? slope : -slope));
        return loss;
    }

    private double OfClasses(ReadOnlySpan<float> outputs, int truth, float factor, Span<float> gradient)
    {
        float maximum = outputs[0];
        for (int i = 1; i < outputs.Length; i++)
            maximum = MathF.Max(maximum, outputs[i]);
        double others = 0;
        for (int i = 0; i < outputs.Length; i++)
        {
            gradient[i] = MathF.Exp(outputs[i] - maximum);
            others += i == truth ? 0 : gradient[i];
        }

        double sum = others + gradient[truth];
        double complement = others / sum;
        double slope = factor * Loss(outputs[truth] - maximum - Math.Log(sum), complement, out double loss);
        for (int i = 0; i < outputs.Length; i++)
            gradient[i] = (float)(slope * (i == truth ? complement : -gradient[i] / sum));
        return loss;
    }

    /// <summary>Returns the derivative of −(1 − p)^gamma ln p with respect to ln p.</summary>
    /// <param name="logarithm">ln p.</param>
    /// <param name="complement">1 − p.</param>
    /// <param name="loss">Receives −(1 − p)^gamma ln p.</param>
    private double Loss(double logarithm, double complement, out double loss)
    {
        double q = Math.Max(complement, LeastComplement);
        double power = Math.Pow(q, gamma);
        loss = -power * logarithm;
        double inner = complement < LeastComplement ? 0 : gamma * power / q * logarithm * Math.Exp(logarithm);
        return inner - power;
    }
}
