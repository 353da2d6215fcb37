namespace WebApi;

/// <summary>The response to a client.</summary>
/// <param name="Malignant">Whether malignant is the likelier class.</param>
/// <param name="Probability">The probability that the tumor is malignant, from 0 to 1.</param>
internal sealed record Diagnosis(bool Malignant, float Probability);
