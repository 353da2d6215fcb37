using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The precision of every activation over the whole range of single precision.</summary>
[TestClass]
public sealed class ActivationTests
{
    /// <summary>What a result may be off by near 0: some take an exponential below the smallest normal number for 0.</summary>
    private const double Tiny = 2e-36;

    /// <summary>A millionth; without fused multiply-add, the rounding of a square shows in GELU's tail.</summary>
    private static readonly double Precision = Fma.IsSupported || AdvSimd.IsSupported ? 1e-6 : 5e-6;

    public static IEnumerable<object[]> Activations => RandomNetworks.Activations.Append(Layer.Exp).Select(activation => new object[] { activation });

    [TestMethod]
    [DynamicData(nameof(Activations))]
    public void Values_are_precise_to_a_millionth(Layer activation)
    {
        float[] points = [.. Points()];
        var layout = new NetworkLayout(activation, points.Length);
        float[] output = new float[points.Length];
        float[]? first = null;
        foreach (var width in VectorWidths.Available)
        {
            NetworkProgram.Compile(layout, [], [], width).Run(points, output);
            for (int i = 0; i < points.Length; i++)
            {
                double expected = ReferenceActivation.Apply((ActivationLayer)activation, points[i]);
                if (expected > float.MaxValue)
                    expected = double.PositiveInfinity;
                Assert.AreEqual(expected, output[i], double.IsInfinity(expected) ? 0 : (Precision * Math.Abs(expected)) + Tiny, $"{activation} at {points[i]:R}, {width}");
            }

            first ??= [.. output];
            Bits.AreEqual(first, output, $"{activation}, {width}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Activations))]
    public void Infinities_and_NaN_are_those_of_the_formula(Layer activation)
    {
        float[] points = [float.NegativeInfinity, float.PositiveInfinity, float.NaN, -1e30f, 1e30f, float.MinValue, float.MaxValue, -0f];
        var layout = new NetworkLayout(activation, points.Length);
        float[] output = new float[points.Length];
        foreach (var width in VectorWidths.Available)
        {
            NetworkProgram.Compile(layout, [], [], width).Run(points, output);
            for (int i = 0; i < points.Length; i++)
            {
                float expected = (float)ReferenceActivation.Apply((ActivationLayer)activation, points[i]);
                string message = $"{activation} at {points[i]} is {output[i]} instead of {expected}, {width}";
                if (float.IsFinite(expected))
                    Assert.AreEqual(expected, output[i], Precision * Math.Abs(expected), message);
                else
                    Assert.IsTrue(expected.Equals(output[i]), message);
            }
        }
    }

    /// <summary>Both signs of: a fine grid, every power of two with its neighbours, denormals, and random bits.</summary>
    private static IEnumerable<float> Points()
    {
        var random = new Random(7);
        var magnitudes = new List<float> { 0f, float.Epsilon, 1e-40f, 1.17549435e-38f };
        for (int i = 1; i <= 20_000; i++)
            magnitudes.Add(i * 1e-3f);
        for (int i = 1; i <= 1_000; i++)
            magnitudes.Add(i * 10f);
        for (int exponent = -149; exponent <= 13; exponent++)
        {
            float power = MathF.ScaleB(1f, exponent);
            magnitudes.AddRange([power, MathF.BitIncrement(power), MathF.BitDecrement(power)]);
        }

        for (int i = 0; i < 20_000; i++)
            magnitudes.Add(MathF.ScaleB(1f + random.NextSingle(), random.Next(-30, 13)));
        return magnitudes.SelectMany(magnitude => new[] { magnitude, -magnitude });
    }
}
