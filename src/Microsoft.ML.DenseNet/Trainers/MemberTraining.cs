namespace Microsoft.ML.DenseNet;

/// <summary>One network of a model, trained, with what it says of rows that it did not see.</summary>
/// <param name="Network">The network.</param>
/// <param name="Validation">The rows that it did not see; null for none.</param>
/// <param name="Outputs">The network's outputs for them, row-major.</param>
internal sealed record MemberTraining(TrainedNetwork Network, RowSet? Validation, float[] Outputs)
{
    public static MemberTraining Of(TrainedNetwork network, RowSet? validation)
    {
        if (validation is null)
            return new MemberTraining(network, null, []);
        int outputs = network.Layout.OutputWidth;
        var values = new float[validation.Count * outputs];
        long start = 0;
        foreach (var block in validation.Blocks)
        {
            network.PredictBlock(block.Features.Span, block.Rows, values.AsSpan((int)start, block.Rows * outputs));
            start += (long)block.Rows * outputs;
        }

        return new MemberTraining(network, validation, values);
    }
}
