namespace Microsoft.ML.DenseNet;

/// <summary>How much time the default network takes to train, for how good a model. Measured on the page "quality" of the documentation.</summary>
public enum Effort
{
    /// <summary>The default: several networks of moderate size, averaged.</summary>
    Standard,

    /// <summary>One or two small networks with a short training: for first tries and for many models. A fifth to two fifths of the time of <see cref="Standard"/>.</summary>
    Quick,

    /// <summary>More, wider networks with a longer training: for the last percent. Three to five times the time of <see cref="Standard"/>, and much slower predictions.</summary>
    Best,
}
