using System.Globalization;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Asserts that a share of covered rows is the coverage, up to chance.</summary>
internal static class CoverageBound
{
    /// <summary>
    /// Four standard errors: those of a share among the test rows, and of the quantile that was found on the calibration rows, whose true
    /// coverage has a beta distribution of nearly the same variance.
    /// </summary>
    public static double Of(double coverage, int calibrationRows, int testRows) =>
        4 * Math.Sqrt(coverage * (1 - coverage) * ((1.0 / calibrationRows) + (1.0 / testRows)));

    public static void Assert(double coverage, double actual, int calibrationRows, int testRows, string message) =>
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.AreEqual(coverage, actual, Of(coverage, calibrationRows, testRows), string.Create(CultureInfo.InvariantCulture, $"{message}: {actual:P2} of {testRows} rows, for {coverage:P0}"));
}
