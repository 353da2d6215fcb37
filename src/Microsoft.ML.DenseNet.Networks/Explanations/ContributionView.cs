namespace Microsoft.ML.DenseNet;

/// <summary>What a contribution belongs to.</summary>
public enum ContributionView
{
    /// <summary>Each slot of the feature vector, one-hot slots included.</summary>
    Slots,

    /// <summary>Each column that the slots were made from: the slots of a one-hot block or a vector column are summed. See <see cref="FeatureColumn"/>.</summary>
    Columns,
}
