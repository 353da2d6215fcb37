using System.Collections.Concurrent;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Networks, rows and background rows for tests of contributions.</summary>
internal static class Explained
{
    public static TrainedNetwork Trained(this RandomNetwork network, LearningTask? task = null) => new(
        network.Layout, network.Parameters, network.Buffers, TestNetworks.History(), new NetworkSignature(task ?? NetworkSignature.Of(network.Layout).Task));

    /// <summary>Some rows that suit a network, with weights.</summary>
    public static BackgroundRows Background(this RandomNetwork network, Random random, int count = 7, double zeros = 0.2) => new(
        [.. Enumerable.Range(0, count).SelectMany(_ => network.NextRow(random, zeros))], network.Layout.InputWidth, [.. Enumerable.Range(0, count).Select(_ => 0.2f + random.NextSingle())]);

    /// <summary>The rows of a background.</summary>
    public static float[][] Rows(this BackgroundRows background) => [.. Enumerable.Range(0, background.Count).Select(row =>
    {
        float[] values = new float[background.Width];
        background.CopyRow(row, values);
        return values;
    })];

    /// <summary>The explained values: logits minus their mean for several classes, otherwise the output.</summary>
    public static double[] Scores(TrainedNetwork network, ReadOnlySpan<float> row)
    {
        float[] outputs = new float[network.Layout.OutputWidth];
        network.ComputeOutputs(row, outputs);
        double mean = network.Task == LearningTask.MulticlassClassification ? outputs.Average() : 0;
        return [.. outputs.Select(output => output - mean)];
    }

    /// <summary>Asserts that a row's contributions have the same bits on many threads at once and with every vector width.</summary>
    public static void AssertThreadsAndVectorsDoNotChangeAnything(RandomNetwork network, Random random)
    {
        var background = network.Background(random);
        float[] row = network.NextRow(random);
        using var explainer = network.Trained().CreateExplainer(new ExplanationOptions { Background = background });
        float[] expected = [.. explainer.Explain(row).Contributions];
        var found = new ConcurrentBag<float[]>();
        Parallel.For(0, 200, _ => found.Add([.. explainer.Explain(row).Contributions]));
        foreach (float[] contributions in found)
            CollectionAssert.AreEqual(expected, contributions);
        foreach (var width in VectorWidths.Available)
        {
            using var other = new NetworkExplainer(network.Trained(), new ExplanationOptions { Background = background }, width);
            CollectionAssert.AreEqual(expected, other.Explain(row).Contributions.ToArray(), $"{width}");
        }
    }

    public static double Correlation(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        double meanX = x.Average(), meanY = y.Average(), xy = 0, xx = 0, yy = 0;
        for (int i = 0; i < x.Count; i++)
        {
            xy += (x[i] - meanX) * (y[i] - meanY);
            xx += (x[i] - meanX) * (x[i] - meanX);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }

        return xy / Math.Sqrt(xx * yy);
    }
}
