namespace Microsoft.ML.DenseNet;

/// <summary>The numbers that a network predicts with. Its values are stored in single precision whatever this is.</summary>
public enum NetworkQuantization
{
    /// <summary>Single precision.</summary>
    None,

    /// <summary>
    /// Fully connected layers multiply 8-bit integers: the weights with a scale for each unit, their inputs with a scale and an offset
    /// for each row.
    /// </summary>
    Int8,
}
