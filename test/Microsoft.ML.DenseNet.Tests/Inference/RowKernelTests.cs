namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class RowKernelTests
{
    [TestMethod]
    public void The_places_of_all_values_but_zeros_are_found()
    {
        var random = new Random(8);
        float[] special = [float.NaN, -0f, float.NegativeInfinity, float.Epsilon, -float.Epsilon, -3];
        for (int width = 0; width < 70; width++)
        {
            float[] row = [.. Enumerable.Range(0, width).Select(_ => random.Next(2) == 0 ? 0 : special[random.Next(special.Length)])];
            int[] places = [.. Enumerable.Repeat(-1, width + 1)];
            float[] longer = [.. row, 1];
            int found = RowKernel.FindNonZeros(in longer[0], width, ref places[0]);

            int[] expected = [.. Enumerable.Range(0, width).Where(i => row[i] != 0)];
            CollectionAssert.AreEqual(expected, places[..found], $"width {width}");
            Assert.AreEqual(-1, places[width], "behind the room");
        }
    }
}
