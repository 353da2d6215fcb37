namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>Intervals of rows for one coverage.</summary>
/// <param name="Lower">The lower bound of each row.</param>
/// <param name="Upper">The upper bound of each row.</param>
internal sealed record Bounds(float[] Lower, float[] Upper)
{
    /// <summary>The share of the labels that are within the bounds.</summary>
    public double Coverage(float[] labels) => labels.Where((label, row) => label >= Lower[row] && label <= Upper[row]).Count() / (double)labels.Length;

    /// <summary>The mean distance of the bounds.</summary>
    public double Width => Lower.Zip(Upper, (lower, upper) => (double)upper - lower).Average();

    /// <summary>
    /// The interval score of Gneiting and Raftery (2007): the width, plus 2 / (1 - coverage) times what a label is outside by. The true quantiles have
    /// the lowest one.
    /// </summary>
    public double Score(float[] labels, double coverage) => labels
        .Select((label, row) => Upper[row] - (double)Lower[row] + (2 / (1 - coverage) * Math.Max(0, Math.Max(Lower[row] - label, label - Upper[row])))).Average();
}
