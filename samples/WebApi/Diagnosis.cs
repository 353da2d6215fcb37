namespace WebApi;

/// <summary>What a client gets.</summary>
/// <param name="Malignant">Whether malignant is the likelier.</param>
/// <param name="Probability">The probability that the tumor is malignant, from 0 to 1.</param>
internal sealed record Diagnosis(bool Malignant, float Probability);
