using System.Diagnostics.CodeAnalysis;

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
    [SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "It is what PyTorch, ONNX Runtime and papers call it.")]
    Int8,
}
