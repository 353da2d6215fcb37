namespace Microsoft.ML.DenseNet;

/// <summary>The mean loss of an ensemble's members, whose outputs are side by side.</summary>
/// <param name="ofMember">The loss of a member.</param>
/// <param name="members">The number of members.</param>
internal sealed class MemberRowLoss(RowLoss ofMember, int members) : RowLoss
{
    public override double Divisor(in RowBatch batch) => ofMember.Divisor(in batch);

    public override float Evaluate(ReadOnlySpan<float> outputs, float label, float factor, Span<float> gradient)
    {
        int width = outputs.Length / members;
        double sum = 0;
        for (int start = 0; start < outputs.Length; start += width)
            sum += ofMember.Evaluate(outputs.Slice(start, width), label, factor / members, gradient.Slice(start, width));
        return (float)(sum / members);
    }
}
