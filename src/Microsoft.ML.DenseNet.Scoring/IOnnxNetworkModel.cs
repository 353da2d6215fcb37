using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A model as ML.NET's own exporter, <c>mlContext.Model.ConvertToOnnx</c>, expects it. ML.NET's scorer for the task names the columns and
/// asks the model to fill them; the exporter adds <c>.output</c> to the names in the file.
/// </summary>
internal interface IOnnxNetworkModel : INetworkModel, IBindableCanSaveOnnx
{
    // The exporter rejects a pipeline with a step that cannot be converted, with its own message.
    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => OnnxCompiler.CanCompile(Network.Layout.Root);

    bool IBindableCanSaveOnnx.SaveAsOnnx(OnnxContext ctx, RoleMappedSchema schema, string[] outputNames)
    {
        ctx.CheckOpSetVersion(OnnxCompiler.MinimumOpset, OnnxModelWriter.ProducerName);
        string features = schema.Feature!.Value.Name;
        var categories = Network.CategoryColumns;
        if (!ctx.ContainsColumn(features) || !categories.All(category => ctx.ContainsColumn(category.Name)))
            return false;

        var graph = new OnnxContextGraph(ctx);
        string inputs = OnnxCategories.Join(graph, ctx.GetVariableName(features), categories, ctx.GetVariableName);
        string outputs = new OnnxCompiler(graph, Network.Parameters, Network.Buffers).Read(Network.Layout.Root, inputs);
        switch (((IPredictor)this).PredictionKind)
        {
            case PredictionKind.BinaryClassification:
                // The first is PredictedLabel, for which the scorer itself compares the score with its threshold.
                graph.Assign(outputNames[1], outputs);
                string probability = OnnxOutputs.Sigmoid(graph, outputs);
                graph.Assign(outputNames[2], probability);
                if (Network.Signature.Sets is { } setsOfTwo)
                    graph.Assign(outputNames[3], OnnxSets.OfTwo(graph, setsOfTwo, probability));
                break;

            case PredictionKind.MulticlassClassification:
                string score = OnnxOutputs.Softmax(graph, outputs);
                graph.Assign(outputNames[0], OnnxOutputs.Key(graph, score));
                graph.Assign(outputNames[1], score);
                if (Network.Signature.Sets is { } sets)
                    graph.Assign(outputNames[2], OnnxSets.OfMany(graph, sets, score, Network.ClassCount));
                break;

            default:
                int column = 0;
                graph.Assign(outputNames[column++], OnnxOutputs.Score(graph, outputs, Network.Signature));
                if (Network.Quantiles.Count > 0)
                    graph.Assign(outputNames[column++], outputs);
                if (OnnxIntervals.Of(graph, Network, inputs, outputs) is var (lower, upper))
                {
                    graph.Assign(outputNames[column], lower);
                    graph.Assign(outputNames[column + 1], upper);
                }

                break;
        }

        return true;
    }
}
