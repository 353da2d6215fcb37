namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What becomes of the layers when a network is compiled.</summary>
[TestClass]
public sealed class FoldingTests
{
    [TestMethod]
    public void A_usual_network_is_one_step_a_Linear()
    {
        var steps = Steps(
            Layer.Sequential(
                Layer.Standardize, Layer.Linear(8), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(),
                Layer.Sequential(Layer.Linear(4), Layer.Identity, Layer.Sequential(), Layer.GELU),
                Layer.Linear(2), new DestandardizeLayer()));
        CollectionAssert.AreEqual(new[] { "Standardize", "Linear(5 -> 8) + ReLU", "Linear(8 -> 4) + GELU", "Linear(4 -> 2)" }, steps);
    }

    [TestMethod]
    public void Layers_that_do_nothing_leave_no_step() =>
        Assert.IsEmpty(Steps(Layer.Sequential(Layer.Identity, Layer.Dropout(), Layer.Sum(Layer.Concat(Layer.Sequential())))));

    [TestMethod]
    public void Scaling_without_a_Linear_is_a_step_of_its_own() =>
        CollectionAssert.AreEqual(new[] { "Affine + Tanh" }, Steps(Layer.Sequential(Layer.BatchNorm(), Layer.Tanh)));

    [TestMethod]
    [DataRow(0.5f, 1)]
    [DataRow(1000f, 2)]
    public void Scaling_goes_into_the_Linear_behind_when_no_digits_are_lost(float mean, int steps)
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.BatchNorm(), Layer.Linear(1)), 1);
        Assert.HasCount(steps, NetworkProgram.Compile(layout, [1f, 0f, 1f, 0f], [mean, 1f]).Steps);
    }

    [TestMethod]
    public void Everything_elementwise_joins_the_Linear_in_front() =>
        CollectionAssert.AreEqual(
            new[] { "Linear(5 -> 3) + PReLU(perUnit: True, 0.25) + Affine + Softsign" },
            Steps(Layer.Sequential(Layer.Linear(3), Layer.PReLU(perUnit: true), Layer.BatchNorm(), Layer.Softsign)));

    [TestMethod]
    public void Branches_of_a_Concat_write_into_place() =>
        CollectionAssert.AreEqual(
            new[] { "Copy", "Linear(5 -> 3) + ReLU", "Tanh" },
            Steps(Layer.Concat(Layer.Identity, Layer.Sequential(Layer.Linear(3), Layer.ReLU), Layer.Tanh)));

    [TestMethod]
    public void Branches_of_a_Sum_are_added_in_order() =>
        CollectionAssert.AreEqual(new[] { "ReLU", "Tanh", "Add", "Add" }, Steps(Layer.Sum(Layer.ReLU, Layer.Tanh, Layer.Identity)));

    [TestMethod]
    public void A_target_far_from_0_keeps_its_precision()
    {
        // y = x · 1000 + 1.6e9: adding the mean first would lose all of x's digits below 128.
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(1), new DestandardizeLayer()), 64);
        float[] weights = [.. Enumerable.Repeat(0.1f, 64)];
        float[] output = new float[1];
        NetworkProgram.Compile(layout, [.. weights, 0f], [1.6e9f, 1000f]).Run([.. Enumerable.Repeat(0.5f, 64)], output);
        Assert.AreEqual(1.6e9f + 3200f, output[0]);
    }

    private static string[] Steps(Layer layer)
    {
        var network = RandomNetworks.WithWeights(layer, 5, new Random(1));
        return [.. network.Compile(VectorWidth.Widest).Steps.Select(step => step.ToString()!)];
    }
}
