using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>What <see cref="NetworkBoundMapper"/> needs from a model, whatever the type of its score.</summary>
internal interface INetworkModel : ISchemaBindableMapper
{
    TrainedNetwork Network { get; }

    /// <summary>The columns that a scorer derives from the outputs; the first is the score.</summary>
    DataViewSchema CreateScoreSchema();

    /// <summary>Creates the getter of a column of <see cref="CreateScoreSchema"/>, fed by <paramref name="outputs"/>.</summary>
    Delegate CreateGetter(int column, INetworkOutputs outputs);
}
