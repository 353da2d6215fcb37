namespace Microsoft.ML.DenseNet;

/// <summary>The mean of an ensemble's members, see <see cref="MemberMeanLayer"/>. Uses double precision, because there is little work.</summary>
internal static class MemberMeans
{
    /// <summary>The number of values that <see cref="Compute"/> needs room for.</summary>
    public const int ScratchSize = 2 * Layer.MaximumMembers;

    /// <summary>Sums of probabilities below this may have lost digits.</summary>
    private const double Smallest = 1e-300;

    /// <summary>Computes the mean for a row.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="members">The members' outputs, side by side.</param>
    /// <param name="outputs">Receives the mean.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> values.</param>
    public static void Compute(MemberMeanLayer layer, ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        if (layer.Mean == MeanKind.ClassProbabilities)
            LogMeanSoftmax(layer, members, outputs, scratch);
        else
            MeanByOutput(layer, members, outputs, scratch);
    }

    private static void MeanByOutput(MemberMeanLayer layer, ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        var values = scratch[..layer.Members];
        for (int i = 0; i < outputs.Length; i++)
        {
            for (int member = 0; member < values.Length; member++)
                values[member] = members[(member * outputs.Length) + i];
            outputs[i] = (float)(layer.Mean switch
            {
                MeanKind.Exponentials => LogSum(values) - Math.Log(values.Length),
                MeanKind.Probabilities => Logit(values, scratch.Slice(layer.Members, layer.Members)),
                _ => Sum(values) / values.Length,
            });
        }
    }

    /// <summary>The logit of the mean of the logistic function: ln Σ σ(x) / Σ σ(−x).</summary>
    private static double Logit(Span<double> values, Span<double> opposite)
    {
        double above = 0, below = 0;
        foreach (double x in values)
        {
            double e = Math.Exp(-Math.Abs(x)), larger = 1 / (1 + e), smaller = e * larger;
            above += x < 0 ? smaller : larger;
            below += x < 0 ? larger : smaller;
        }

        return above > Smallest && below > Smallest ? Math.Log(above / below) : LogitOfExtremes(values, opposite);
    }

    /// <summary>The same where e^x would underflow.</summary>
    private static double LogitOfExtremes(Span<double> values, Span<double> opposite)
    {
        for (int i = 0; i < values.Length; i++)
        {
            double x = values[i], tail = Math.Log(1 + Math.Exp(-Math.Abs(x)));
            values[i] = Math.Min(x, 0) - tail;
            opposite[i] = Math.Min(-x, 0) - tail;
        }

        return LogSum(values) - LogSum(opposite);
    }

    private static void LogMeanSoftmax(MemberMeanLayer layer, ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        if (2 * outputs.Length > scratch.Length || !LogMeanSoftmax(layer.Members, members, outputs, scratch[..outputs.Length], scratch.Slice(outputs.Length, outputs.Length)))
            LogMeanSoftmaxOfExtremes(layer, members, outputs, scratch);
    }

    /// <summary>Returns whether no sum of probabilities is too small for its digits.</summary>
    private static bool LogMeanSoftmax(int count, ReadOnlySpan<float> members, Span<float> outputs, Span<double> sums, Span<double> exponentials)
    {
        sums.Clear();
        for (int member = 0; member < count; member++)
        {
            var logits = members.Slice(member * outputs.Length, outputs.Length);
            double largest = double.NegativeInfinity, sum = 0;
            foreach (float logit in logits)
                largest = Math.Max(largest, logit);
            for (int i = 0; i < logits.Length; i++)
                sum += exponentials[i] = Math.Exp(logits[i] - largest);
            double share = 1 / (sum * count);
            for (int i = 0; i < sums.Length; i++)
                sums[i] += exponentials[i] * share;
        }

        for (int i = 0; i < sums.Length; i++)
        {
            if (!(sums[i] > Smallest))
                return false;
            outputs[i] = (float)Math.Log(sums[i]);
        }

        return true;
    }

    private static void LogMeanSoftmaxOfExtremes(MemberMeanLayer layer, ReadOnlySpan<float> members, Span<float> outputs, Span<double> scratch)
    {
        // The logarithm of each member's softmax denominator.
        var divisors = scratch[..layer.Members];
        for (int member = 0; member < divisors.Length; member++)
        {
            double largest = double.NegativeInfinity, sum = 0;
            var logits = members.Slice(member * outputs.Length, outputs.Length);
            foreach (float logit in logits)
                largest = Math.Max(largest, logit);
            foreach (float logit in logits)
                sum += Math.Exp(logit - largest);
            divisors[member] = largest + Math.Log(sum);
        }

        var logarithms = scratch.Slice(layer.Members, layer.Members);
        for (int i = 0; i < outputs.Length; i++)
        {
            for (int member = 0; member < divisors.Length; member++)
                logarithms[member] = members[(member * outputs.Length) + i] - divisors[member];
            outputs[i] = (float)(LogSum(logarithms) - Math.Log(divisors.Length));
        }
    }

    /// <summary>ln Σ eˣ; the largest is subtracted first, so that nothing overflows.</summary>
    private static double LogSum(ReadOnlySpan<double> values)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double value in values)
            largest = Math.Max(largest, value);
        if (double.IsInfinity(largest))
            return largest;
        foreach (double value in values)
            sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
