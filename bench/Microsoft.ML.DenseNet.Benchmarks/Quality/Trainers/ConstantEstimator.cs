using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Finds the constant that fits the labels best, in log-loss or squares, and predicts it for every row.</summary>
internal sealed class ConstantEstimator(MLContext ml, TabularTask task) : IEstimator<ITransformer>
{
    public ITransformer Fit(IDataView input)
    {
        switch (task)
        {
            case TabularTask.Binary:
                float rate = (float)input.GetColumn<bool>(ColumnNames.Label).Average(label => label ? 1.0 : 0);
                return ml.Transforms.CustomMapping<NoInput, ProbabilityOutput>((_, output) => output.Probability = rate, contractName: null).Fit(input);
            case TabularTask.Multiclass:
                float[] rates = Rates(input);
                return ml.Transforms.CustomMapping<NoInput, ScoresOutput>((_, output) => output.Score = rates, contractName: null).Fit(input);
            default:
                float mean = (float)input.GetColumn<float>(ColumnNames.Label).Average(label => (double)label);
                return ml.Transforms.CustomMapping<NoInput, ScoreOutput>((_, output) => output.Score = mean, contractName: null).Fit(input);
        }
    }

    // Nothing follows it that would read the shape of its output.
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;

    private static float[] Rates(IDataView input)
    {
        float[] rates = new float[((KeyDataViewType)input.Schema[ColumnNames.Label].Type).Count];
        uint[] keys = [.. input.GetColumn<uint>(ColumnNames.Label)];
        foreach (uint key in keys)
            rates[key - 1] += 1f / keys.Length;
        return rates;
    }

    private sealed class NoInput;

    private sealed class ProbabilityOutput
    {
        public float Probability { get; set; }
    }

    private sealed class ScoresOutput
    {
        public float[] Score { get; set; } = [];
    }

    private sealed class ScoreOutput
    {
        public float Score { get; set; }
    }
}
