namespace Microsoft.ML.DenseNet;

/// <summary>What a layer is there for in a network, for pictures and summaries.</summary>
public enum LayerRole
{
    /// <summary>It holds other layers and says how values flow through them.</summary>
    Combinator,

    /// <summary>It multiplies rows by matrices of weights.</summary>
    Linear,

    /// <summary>It bends values, unit by unit.</summary>
    Activation,

    /// <summary>It brings inputs to a common scale, or outputs back to that of the target.</summary>
    Scaling,

    /// <summary>Something else: normalization, dropout, embeddings, the choice and order of units.</summary>
    Other,
}
