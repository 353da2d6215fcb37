namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Stands where a trainer would, and keeps the rows that it was shown.</summary>
internal sealed class FitProbe(MLContext context) : IEstimator<ITransformer>
{
    public IDataView? Seen { get; private set; }

    public ITransformer Fit(IDataView input)
    {
        Seen = input;
        return context.Transforms.CopyColumns("Copy", input.Schema[^1].Name).Fit(input);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => context.Transforms.CopyColumns("Copy", inputSchema[^1].Name).GetOutputSchema(inputSchema);
}
