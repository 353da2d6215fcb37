namespace Microsoft.ML.DenseNet;

/// <summary>A setting of a layer, as a model file holds it.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Value">A number, a string, a Boolean, an enum value, a layer, or a list of layers, ranges or tensors.</param>
internal readonly record struct LayerSetting(string Name, object Value);
