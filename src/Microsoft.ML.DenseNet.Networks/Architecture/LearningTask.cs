namespace Microsoft.ML.DenseNet;

/// <summary>What a network is trained to predict.</summary>
public enum LearningTask
{
    /// <summary>One of two classes. The network outputs one logit; targets are 0 or 1, shape [rows, 1].</summary>
    BinaryClassification,

    /// <summary>One of K classes. The network outputs K logits; targets are class numbers from 0, shape [rows].</summary>
    MulticlassClassification,

    /// <summary>A number. The network outputs it; targets have shape [rows, 1].</summary>
    Regression,
}
