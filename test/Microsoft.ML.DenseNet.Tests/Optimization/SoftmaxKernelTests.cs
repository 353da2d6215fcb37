namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The exponentials and sums of a softmax are those of double precision, with the same bits at every vector width.</summary>
[TestClass]
public sealed class SoftmaxKernelTests
{
    private delegate float Kernel(ReadOnlySpan<float> x, Span<float> exponentials, out float offset, out float maximum);

    private static Kernel KernelOf(VectorWidth width) => width switch
    {
        VectorWidth.Vector512 => SoftmaxKernel.Exponentials<SimdVector512>,
        VectorWidth.Vector256 => SoftmaxKernel.Exponentials<SimdVector256>,
        VectorWidth.Vector128 => SoftmaxKernel.Exponentials<SimdVector128>,
        _ => SoftmaxKernel.Exponentials<ScalarVector>,
    };

    [TestMethod]
    public void SumsAreThoseOfDoublePrecision()
    {
        var random = new Random(1);
        for (int count = 1; count < 130; count++)
        {
            float[] x = [.. Enumerable.Range(0, count).Select(_ => (float)(RandomNetworks.Normal(random) * (count % 5 == 0 ? 40 : 3)))];
            double largest = x.Max();
            float[] exponentials = new float[count];
            float sum = SoftmaxKernel.Exponentials(x, exponentials, out float offset, out float maximum);
            Assert.AreEqual(largest, maximum);
            Assert.AreEqual(x.Sum(value => value - largest), offset, 1e-6 * count * Math.Max(1, largest - x.Min()), $"{count} values");
            Assert.AreEqual(x.Sum(value => Math.Exp(value - largest)), sum, 2e-6 * sum, $"{count} values");
            for (int i = 0; i < count; i++)
                Assert.AreEqual(Math.Exp(x[i] - largest), exponentials[i], 1e-6, $"value {i} of {count}");
        }
    }

    [TestMethod]
    public void BitsDoNotDependOnTheVectors()
    {
        var random = new Random(2);
        foreach (int count in (int[])[1, 15, 16, 17, 33, 100, 2000])
        {
            float[] x = [.. Enumerable.Range(0, count).Select(_ => (float)(RandomNetworks.Normal(random) * 10))];
            float[] expected = new float[count];
            float sum = KernelOf(VectorWidth.Scalar)(x, expected, out float offset, out _);
            foreach (var width in VectorWidths.Available)
            {
                float[] actual = new float[count];
                Assert.AreEqual(sum, KernelOf(width)(x, actual, out float actualOffset, out _), $"{count} values, {width}");
                Assert.AreEqual(offset, actualOffset, $"{count} values, {width}");
                CollectionAssert.AreEqual(expected, actual, $"{count} values, {width}");
            }
        }
    }

    [TestMethod]
    public void ExtremesStayWhatTheyAre()
    {
        float[] x = [.. Enumerable.Repeat(-1000f, 40)];
        x[7] = 88;
        x[39] = float.NegativeInfinity;
        float[] exponentials = new float[40];
        Assert.AreEqual(1f, SoftmaxKernel.Exponentials(x, exponentials, out _, out float maximum));
        Assert.AreEqual(88f, maximum);
        CollectionAssert.AreEqual(Enumerable.Range(0, 40).Select(i => i == 7 ? 1f : 0f).ToArray(), exponentials);
        x[3] = float.NaN;
        Assert.IsTrue(float.IsNaN(SoftmaxKernel.Exponentials(x, exponentials, out _, out _)));
    }
}
