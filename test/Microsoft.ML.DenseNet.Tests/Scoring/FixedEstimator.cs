using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// "Trains" by taking a network with random weights: stands for a trainer where ML.NET wants an estimator. It takes the trainers'
/// place with the same columns, so that the checks on transformers do not wait for a training.
/// </summary>
internal sealed class FixedEstimator(MLContext ml, string task, int seed = 1) : IEstimator<ITransformer>
{
    private string LabelColumn => task switch
    {
        "Binary" => nameof(ScoringRow.Flag),
        "Multiclass" => "Key",
        _ => nameof(ScoringRow.Value),
    };

    public ITransformer Fit(IDataView input)
    {
        Check(SchemaShape.Create(input.Schema));
        return TestTransformers.Create(ml, task, input.Schema, seed);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        Check(inputSchema);

        // The promise, from an example of what is delivered.
        var data = TestTransformers.Data(ml, ScoringRow.Create(3));
        var example = SchemaShape.Create(TestTransformers.Create(ml, task, data.Schema, seed).GetOutputSchema(data.Schema));
        string[] added = ["Score", "Probability", "PredictedLabel"];
        return new SchemaShape([.. inputSchema, .. example.Where(column => added.Contains(column.Name))]);
    }

    private void Check(SchemaShape schema)
    {
        foreach (string column in new[] { nameof(ScoringRow.Features), LabelColumn })
        {
            if (!schema.Any(candidate => candidate.Name == column))
                throw Contracts.ExceptSchemaMismatch(nameof(schema), "needed", column);
        }
    }
}
