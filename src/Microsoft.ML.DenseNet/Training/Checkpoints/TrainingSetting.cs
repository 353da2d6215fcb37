namespace Microsoft.ML.DenseNet;

/// <summary>Something that decides what a training gives.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Value">As text; two trainings agree where the texts do.</param>
internal readonly record struct TrainingSetting(string Name, string Value);
