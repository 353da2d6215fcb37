namespace Microsoft.ML.DenseNet;

/// <summary>What a layer does in a network, for pictures and summaries.</summary>
public enum LayerRole
{
    /// <summary>Holds other layers and defines how values flow through them.</summary>
    Combinator,

    /// <summary>Multiplies rows by weight matrices.</summary>
    Linear,

    /// <summary>Applies a nonlinear function, unit by unit.</summary>
    Activation,

    /// <summary>Brings inputs to a common scale, or outputs back to the target's scale.</summary>
    Scaling,

    /// <summary>Anything else: normalization, dropout, embeddings, selecting and ordering units.</summary>
    Other,
}
