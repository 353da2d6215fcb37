namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Compares numbers that two devices computed.</summary>
internal static class Close
{
    /// <summary>Compares by the size of what is expected as a whole: sums of terms of both signs cannot be held to their own size.</summary>
    /// <param name="tolerance">A share of the largest expected magnitude.</param>
    public static void Assert(IReadOnlyList<float> expected, IReadOnlyList<float> actual, double tolerance, string what)
    {
        Microsoft.VisualStudio.TestTools.UnitTesting.Assert.HasCount(expected.Count, actual, what);
        double size = Math.Max(1e-3, expected.Select(Math.Abs).DefaultIfEmpty(0).Max());
        for (int i = 0; i < expected.Count; i++)
            Microsoft.VisualStudio.TestTools.UnitTesting.Assert.AreEqual(expected[i], actual[i], tolerance * size, $"{what}, value {i}");
    }

    /// <summary>Compares two trainings: their losses in every epoch, the trained values and the others.</summary>
    public static void Assert(TrainingResult expected, TrainingResult actual, double tolerance, string what)
    {
        Assert(Losses(expected), Losses(actual), tolerance, $"{what}, losses");
        Assert(expected.Parameters, actual.Parameters, tolerance, $"{what}, parameters");
        Assert(expected.Buffers, actual.Buffers, tolerance, $"{what}, buffers");
    }

    private static float[] Losses(TrainingResult result) =>
        [.. result.History.SelectMany(record => new[] { (float)record.TrainingLoss, (float)(record.ValidationLoss ?? 0) })];
}
