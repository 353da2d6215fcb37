namespace Microsoft.ML.DenseNet;

/// <summary>
/// Asynchronous successive halving (ASHA, Li et al., MLSys 2020, arXiv 1810.05934) in the form that stops trials: one that reaches a rung
/// goes on if it is among the best 1 / reduction of all that have reached it so far, itself included.
/// </summary>
internal static class RungRule
{
    /// <summary>Decides.</summary>
    /// <param name="loss">The trial's loss at the rung.</param>
    /// <param name="others">The losses of others there.</param>
    /// <param name="reduction">At least 2.</param>
    public static bool GoesOn(double loss, IEnumerable<double> others, int reduction)
    {
        double[] all = [.. others.Append(loss).Order()];
        return loss <= all[Math.Max(0, (all.Length / reduction) - 1)]; // the best goes on even where fewer than one would
    }
}
