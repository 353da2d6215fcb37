namespace WebApi;

/// <summary>What a client sends.</summary>
/// <param name="Features">The tumor's measurements, in the order of the training data's columns.</param>
internal sealed record Measurements(float[] Features);
