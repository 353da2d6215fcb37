namespace WebApi.Cars;

/// <summary>The answer for one car.</summary>
/// <param name="Model">The version of the model that predicted.</param>
/// <param name="Price">The price in dollars of 1985.</param>
internal sealed record CarAnswer(string Model, float Price);

/// <summary>The answer for a batch of cars.</summary>
/// <param name="Model">The version of the model that predicted all of them.</param>
/// <param name="Prices">The prices in dollars of 1985, in the order of the rows.</param>
internal sealed record CarBatchAnswer(string Model, float[] Prices);
