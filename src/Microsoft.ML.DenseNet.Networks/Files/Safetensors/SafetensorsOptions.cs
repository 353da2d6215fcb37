namespace Microsoft.ML.DenseNet;

/// <summary>How to read a safetensors file from another library.</summary>
public sealed class SafetensorsOptions
{
    /// <summary>The prefix of the network's tensor names in the file, for example <c>model.</c>; empty, the default, for none.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>
    /// The file's names for tensors that are named differently in <see cref="NetworkLayout.Tensors"/>, keyed by the latter:
    /// <c>["0.weight"] = "fc1.weight"</c>. <see cref="Prefix"/> is not added to them. Null, the default, for none.
    /// </summary>
    public IReadOnlyDictionary<string, string>? TensorNames { get; set; }

    /// <summary>
    /// Whether the file may have tensors that the network has no place for; off by default, so that a forgotten layer is noticed. The
    /// <c>num_batches_tracked</c> of a BatchNorm, which predictions do not need, is always allowed.
    /// </summary>
    public bool AllowsUnexpected { get; set; }

    /// <summary>The classes, in the order of the outputs; for a binary task the negative one first. Null, the default, if unknown.</summary>
    public IReadOnlyList<string>? ClassNames { get; set; }

    /// <summary>The column of features that a transformer reads; <c>Features</c> by default.</summary>
    public string FeatureColumnName { get; set; } = "Features";

    /// <summary>The name of each feature; null, the default, if unknown.</summary>
    public IReadOnlyList<string>? FeatureNames { get; set; }
}
