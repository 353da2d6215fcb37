using Microsoft.ML.Data;
using Microsoft.ML.Numeric;
using Microsoft.ML.Trainers;

namespace Microsoft.ML.DenseNet;

/// <summary>A model as ML.NET's <c>CalculateFeatureContribution</c> expects it: its contributions are those of <see cref="NetworkExplainer"/> to the score.</summary>
internal interface IExplainableNetworkModel : INetworkModel, ICalculateFeatureContribution, IFeatureContributionMapper
{
    FeatureContributionCalculator ICalculateFeatureContribution.FeatureContributionCalculator => new(this);

    ValueMapper<TSrc, VBuffer<float>> IFeatureContributionMapper.GetFeatureContributionMapper<TSrc, TDst>(int top, int bottom, bool normalize)
    {
        var network = Network;
        if (network.CategoryColumns.Count > 0)
        {
            throw new InvalidOperationException(
                $"The model reads {string.Join(", ", network.CategoryColumns.Select(column => $"'{column.Name}'"))} besides the feature column, which is all that CalculateFeatureContribution passes: call Explain of the model instead, or train on a feature column that contains them one-hot encoded.");
        }

        var explainer = NetworkExplanations.Shared(network);
        ValueMapper<VBuffer<float>, VBuffer<float>> mapper = Map;
        return mapper as ValueMapper<TSrc, VBuffer<float>>
            ?? throw new InvalidOperationException($"{GetType().Name} maps {typeof(VBuffer<float>)} to contributions, not {typeof(TSrc)}.");

        void Map(in VBuffer<float> features, ref VBuffer<float> contributions)
        {
            if (FeatureVector.FindFault(in features, network.Layout.InputWidth) is { } fault)
                throw new InvalidOperationException($"The feature column {fault.What.TrimEnd(',')}. {fault.Remedy}");
            var editor = VBufferEditor.Create(ref contributions, features.Length);
            if (features.IsDense)
                explainer.Explain(features.GetValues(), editor.Values);
            else
                explainer.Explain(features.GetIndices(), features.GetValues(), editor.Values);
            contributions = editor.Commit();
            VectorUtils.SparsifyNormalize(ref contributions, top, bottom, normalize);
        }
    }
}
