using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Networks whose values are known in closed form, and rows for them.</summary>
internal static class HandMadeNetworks
{
    private static readonly MLContext Ml = new(seed: 1);

    /// <summary>A sum of the features, each times a factor, plus 0.5.</summary>
    public static TrainedNetwork Linear(params float[] factors) => Create(Layer.Linear(1), factors.Length, [.. factors, 0.5f]);

    /// <summary>The product of the first two of three features that are 0 or 1: ReLU(x + y − 1). The third adds itself.</summary>
    public static TrainedNetwork Product => Create(
        Layer.Sum(Layer.Sequential(Layer.Select(new SlotRange(0, 2)), Layer.Linear(1), Layer.ReLU), Layer.Sequential(Layer.Select(new SlotRange(2, 1)), Layer.Linear(1))), 3, [1, 1, -1, 1, 0]);

    /// <summary>A bent function of each feature, summed.</summary>
    public static TrainedNetwork Additive(int features)
    {
        var network = Layer.Sum(Enumerable.Range(0, features).Select(slot => Layer.Sequential(Layer.Select(new SlotRange(slot, 1)), Layer.Linear(5), Layer.Tanh, Layer.Linear(1))));
        var random = new Random(5);
        return Create(network, features, [.. Enumerable.Range(0, features * 16).Select(_ => (2 * random.NextSingle()) - 1)]);
    }

    /// <summary>Rows of features.</summary>
    public static IDataView Rows(params float[][] rows) => Rows(null, rows);

    /// <summary>Rows of features whose slots have names.</summary>
    public static IDataView Rows(string[]? names, float[][] rows)
    {
        int width = rows.Length == 0 ? names!.Length : rows[0].Length;
        var schema = TestRow.Schema(width);
        if (names is not null)
            schema[nameof(TestRow.Features)].AddAnnotation("SlotNames", new VBuffer<ReadOnlyMemory<char>>(width, [.. names.Select(name => name.AsMemory())]), new VectorDataViewType(TextDataViewType.Instance, width));
        return Ml.Data.LoadFromEnumerable(rows.Select(row => new TestRow { Features = row }).ToArray(), schema);
    }

    /// <summary>Random rows, each value from -1 to 1.</summary>
    public static float[][] Random(int rows, int width, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, width).Select(_ => (2 * random.NextSingle()) - 1).ToArray())];
    }

    /// <summary>A network with named features that has not been trained.</summary>
    public static TrainedNetwork Named(params string[] names) => Linear([.. names.Select((_, i) => 1f + i)]).With(new NetworkSignature(LearningTask.Regression) { FeatureNames = names });

    private static TrainedNetwork Create(Layer layer, int width, float[] parameters)
    {
        var layout = new NetworkLayout(layer, width);
        Assert.AreEqual(layout.ParameterCount, parameters.Length);
        return new TrainedNetwork(layout, parameters, new float[layout.BufferCount], Samples.History(1));
    }
}
