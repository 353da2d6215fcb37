namespace Microsoft.ML.DenseNet;

/// <summary>How a safetensors file of another library is read.</summary>
public sealed class SafetensorsOptions
{
    /// <summary>What the names of the network's tensors begin with in the file, for example <c>model.</c>; empty, the default, for nothing.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// Names in the file of tensors that are not called there as <see cref="NetworkLayout.Slots"/> calls them, by that name:
    /// <c>["0.weight"] = "fc1.weight"</c>. <see cref="Prefix"/> does not go before them. Null, the default, for none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? TensorNames { get; set; }

    /// <summary>
    /// Whether the file may have tensors that the network has no place for; off by default, so that a forgotten layer is noticed. The
    /// <c>num_batches_tracked</c> of a BatchNorm, which no prediction needs, may always be there.
    /// </summary>
    public bool AllowsUnexpected { get; set; }

    /// <summary>The classes, in the order of the outputs; of a binary task the negative one first. Null, the default, where they are not known.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>The column of features that a transformer reads; <c>Features</c> by default.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The name of each feature; null, the default, where they are not known.</summary>
    public IReadOnlyList<string>? FeatureNames { get; set; }
}
