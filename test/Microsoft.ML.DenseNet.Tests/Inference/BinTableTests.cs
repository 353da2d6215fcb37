namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The embedding by bins, which is looked up in tables, against its formula.</summary>
[TestClass]
public sealed class BinTableTests
{
    public static IEnumerable<object[]> Bins =>
    [
        ["next to each other", new[] { -2f, -1f, 0.5f }, new[] { 1f, 1 / 1.5f, 0.4f }],
        ["the last ones empty", new[] { -2f, -1f, 0f, 0f }, new[] { 1f, 0.25f, 0f, 0f }],
        ["all empty", new[] { 0f, 0f }, new[] { 0f, 0f }],
        ["overlapping", new[] { 0f, -1f, 0.5f, 0.5f }, new[] { 0.3f, 0.5f, 2f, 3f }],
        ["with gaps", new[] { 3f, -3f }, new[] { 10f, 7f }],
        ["falling", new[] { 1f, 2f, -1f }, new[] { -1f, 0.5f, -3f }],
        ["narrow", new[] { 1f, 1.0000001f, 1.0000002f }, new[] { 1e6f, 1e6f, 8388608f }],
        ["far away", new[] { 1e9f, -1e20f }, new[] { 1e-3f, 1e-15f }],
        ["too flat for a table", new[] { 1f, 0f }, new[] { 1e-38f, 1f }],
    ];

    [TestMethod]
    [DynamicData(nameof(Bins))]
    public void Values_are_those_of_the_formula(string name, float[] start, float[] scale)
    {
        float[][] weights = [[.. start.Select((_, i) => 1f + i)], [.. start.Select((_, i) => 2f - (3 * i))], new float[start.Length]];
        var layout = new NetworkLayout(Layer.PiecewiseLinearEmbedding(start.Length, weights.Length), 1);
        float[] output = new float[weights.Length];
        foreach (var width in VectorWidths.Available)
        {
            var program = NetworkProgram.Compile(layout, [.. weights.SelectMany(values => values)], [.. start, .. scale], width);
            foreach (float x in Points(start, scale))
            {
                program.Run([x], output);
                for (int unit = 0; unit < output.Length; unit++)
                {
                    double expected = start.Select((_, bin) => weights[unit][bin] * Math.Clamp((x - (double)start[bin]) * scale[bin], 0, 1)).Sum();
                    Assert.AreEqual(expected, output[unit], 5e-7 * weights[unit].Sum(Math.Abs), $"{name}, unit {unit} at {x:R}, {width}");
                }
            }
        }
    }

    private static IEnumerable<float> Points(float[] start, float[] scale)
    {
        float[] edges = [.. start, .. start.Zip(scale, (from, factor) => factor == 0 ? from : (float)(from + (1 / (double)factor)))];
        foreach (float edge in edges)
        {
            foreach (float x in new[] { edge, MathF.BitIncrement(edge), MathF.BitDecrement(edge) })
                yield return x;
        }

        for (int i = -400; i <= 400; i++)
            yield return i * 0.01f;
        foreach (float x in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -0f, 1e9f + 512, -1e20f })
            yield return x;
    }
}
