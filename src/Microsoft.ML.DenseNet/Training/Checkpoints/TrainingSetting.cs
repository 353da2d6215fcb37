namespace Microsoft.ML.DenseNet;

/// <summary>Something that determines a training run's result.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Value">As text; two runs agree if the texts do.</param>
internal readonly record struct TrainingSetting(string Name, string Value);
