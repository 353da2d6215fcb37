namespace WebApi;

/// <summary>A client's request.</summary>
/// <param name="Features">The tumor's measurements, in the order of the training data's columns.</param>
internal sealed record Measurements(float[] Features);
