namespace WebApi.Tumors;

/// <summary>What the model says about a tumor.</summary>
/// <param name="Malignant">Whether malignant is the likelier class.</param>
/// <param name="Probability">The probability that the tumor is malignant, from 0 to 1.</param>
internal readonly record struct Diagnosis(bool Malignant, float Probability);

/// <summary>The answer for one tumor.</summary>
/// <param name="Model">The version of the model that predicted.</param>
/// <param name="Malignant">Whether malignant is the likelier class.</param>
/// <param name="Probability">The probability that the tumor is malignant, from 0 to 1.</param>
internal sealed record TumorAnswer(string Model, bool Malignant, float Probability);

/// <summary>The answer for a batch of tumors.</summary>
/// <param name="Model">The version of the model that predicted all of them.</param>
/// <param name="Diagnoses">The diagnoses, in the order of the rows.</param>
internal sealed record TumorBatchAnswer(string Model, Diagnosis[] Diagnoses);
