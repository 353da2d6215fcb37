using Microsoft.ML.Data;

namespace Explain;

/// <summary>What the model says about an application.</summary>
internal sealed class LoanDecision
{
    /// <summary>Whether the loan is granted: the model expects that it is repaid.</summary>
    [ColumnName("PredictedLabel")]
    public bool IsGranted { get; set; }

    /// <summary>Which outcomes are possible: not repaid, repaid.</summary>
    public bool[] PredictionSet { get; set; } = [];

    /// <summary>The probability that it is repaid.</summary>
    public float Probability { get; set; }
}
