using Microsoft.ML;

namespace Explain;

/// <summary>Asks the model about applications that were changed.</summary>
internal sealed class WhatIf(PredictionEngine<LoanApplication, LoanDecision> engine)
{
    /// <summary>What the model says about an application.</summary>
    public LoanDecision Ask(LoanApplication application) => engine.Predict(application);

    /// <summary>Finds the value of one column that is nearest to the present one and turns the decision; null if none between the bounds does.</summary>
    /// <param name="application">The application as it is.</param>
    /// <param name="value">The present value.</param>
    /// <param name="change">Returns the application with another value.</param>
    /// <param name="step">The distance between the values that are tried.</param>
    /// <param name="minimum">The lowest value that makes sense.</param>
    /// <param name="maximum">The highest value that makes sense.</param>
    public float? TurningValue(LoanApplication application, float value, Func<LoanApplication, float, LoanApplication> change, float step, float minimum, float maximum)
    {
        bool isGranted = Ask(application).IsGranted;
        for (float distance = step; distance <= Math.Max(value - minimum, maximum - value); distance += step)
        {
            foreach (float other in new[] { value - distance, value + distance })
            {
                if (other >= minimum && other <= maximum && Ask(change(application, other)).IsGranted != isGranted)
                    return other;
            }
        }

        return null;
    }
}
