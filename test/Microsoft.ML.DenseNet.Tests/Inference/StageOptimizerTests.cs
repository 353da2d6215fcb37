namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Which layers are joined when a network is compiled, and which columns are left out.</summary>
[TestClass]
public sealed class StageOptimizerTests
{
    private static readonly Layer Numbers = Layer.Sequential(Layer.Select(new SlotRange(0, 3)), Layer.Concat(Layer.PeriodicEmbedding(16, 4), Layer.PiecewiseLinearEmbedding(8, 5)));

    [TestMethod]
    public void Folds_share_their_embeddings_and_the_last_Linear()
    {
        var fold = Layer.Sequential(
            Layer.Concat(Numbers, Layer.Select(new SlotRange(3, 2)), Layer.Sequential(Layer.Select(new SlotRange(5, 12)), Layer.Linear(8, bias: false))),
            Layer.Scale, Layer.Linear(20), Layer.SELU, Layer.Dropout(), Layer.Linear(10), Layer.SELU, Layer.Linear(1));
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Sum(fold, fold), new DestandardizeLayer()), 17, new Random(1));
        SetScaling(network, _ => 1);
        ShareBins(network);

        // Of each fold: 3 · 3 cosine units, 3 numbers, 3 · 5 units of bins, 2 plain slots, 8 units of the block.
        CollectionAssert.AreEqual(
            new[]
            {
                "RobustScale", "Gather(10)", "Cosines(6 x 16 -> 3)", "Bins(3 -> 30)", "Categories(12 -> 16)",
                "Linear(37 -> 20) + SELU", "Linear(20 -> 10) + SELU", "Linear(37 -> 20) + SELU", "Linear(20 -> 10) + SELU", "Linear(20 -> 1)",
            },
            Steps(network));
    }

    [TestMethod]
    public void Folds_without_embeddings_start_with_one_wide_Linear()
    {
        var fold = Layer.Sequential(Layer.Linear(20), Layer.Mish, Layer.Linear(10), Layer.Mish, Layer.Linear(3));
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Sum(fold, fold, fold)), 17, new Random(1));
        CollectionAssert.AreEqual(
            new[] { "RobustScale", "Linear(17 -> 60) + Mish", "Linear(20 -> 10) + Mish", "Linear(20 -> 10) + Mish", "Linear(20 -> 10) + Mish", "Linear(30 -> 3)" }, Steps(network));
    }

    [TestMethod]
    public void Networks_whose_probabilities_are_averaged_lie_side_by_side()
    {
        var fold = Layer.Sequential(
            Layer.Concat(Numbers, Layer.Select(new SlotRange(3, 2)), Layer.Sequential(Layer.Select(new SlotRange(5, 12)), Layer.Linear(8, bias: false))),
            Layer.Scale, Layer.Linear(20), Layer.SELU, Layer.Dropout(), Layer.Linear(1));
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Concat(fold, fold), new MemberMeanLayer(2, MeanKind.Probabilities)), 17, new Random(1));
        SetScaling(network, _ => 1);
        ShareBins(network);
        CollectionAssert.AreEqual(
            new[]
            {
                "RobustScale", "Gather(10)", "Cosines(6 x 16 -> 3)", "Bins(3 -> 30)", "Categories(12 -> 16)",
                "Linear(37 -> 20) + SELU", "Linear(20 -> 1)", "Linear(37 -> 20) + SELU", "Linear(20 -> 1)", "MemberMean(2, Probabilities)",
            },
            Steps(network));

        var plain = Layer.Sequential(Layer.Linear(20), Layer.Mish, Layer.Linear(3));
        var others = RandomNetworks.WithWeights(Layer.Sequential(Layer.RobustScale, Layer.Concat(plain, plain), new MemberMeanLayer(2, MeanKind.ClassProbabilities)), 17, new Random(1));
        CollectionAssert.AreEqual(new[] { "RobustScale", "Linear(17 -> 40) + Mish", "Linear(20 -> 3)", "Linear(20 -> 3)", "MemberMean(2, ClassProbabilities)" }, Steps(others));
    }

    [TestMethod]
    public void Activations_that_differ_stay_with_their_branches()
    {
        var layer = Layer.Sum(Layer.Sequential(Layer.Linear(4), Layer.Tanh, Layer.Linear(2)), Layer.Sequential(Layer.Linear(6), Layer.Sigmoid, Layer.Linear(2)));
        CollectionAssert.AreEqual(new[] { "Linear(5 -> 4) + Tanh", "Linear(5 -> 6) + Sigmoid", "Linear(10 -> 2)" }, Steps(RandomNetworks.WithWeights(layer, 5, new Random(1))));
    }

    [TestMethod]
    public void Linears_that_are_added_become_one() =>
        CollectionAssert.AreEqual(new[] { "Linear(5 -> 4)" }, Steps(RandomNetworks.WithWeights(Layer.Sum(Layer.Linear(4), Layer.Linear(4, bias: false)), 5, new Random(1))));

    [TestMethod]
    public void A_residual_is_added_as_before() =>
        CollectionAssert.AreEqual(new[] { "Linear(5 -> 9) + ReLU", "Linear(9 -> 5)", "Add" }, Steps(RandomNetworks.WithWeights(Layer.Residual(Layer.Sequential(Layer.Linear(9), Layer.ReLU, Layer.Linear(5))), 5, new Random(1))));

    [TestMethod]
    [DataRow(40, 30, 3, new[] { "Linear(40 -> 3)" })]
    [DataRow(40, 3, 50, new[] { "Linear(40 -> 3)", "Linear(3 -> 50)" })]
    public void Linears_one_after_the_other_become_one_if_that_is_cheaper(int inputs, int middle, int outputs, string[] steps) =>
        CollectionAssert.AreEqual(steps, Steps(RandomNetworks.WithWeights(Layer.Sequential(Layer.Linear(middle), Layer.Linear(outputs)), inputs, new Random(1))));

    [TestMethod]
    public void An_EmbeddingBag_absorbs_the_Linear_after_it() =>
        CollectionAssert.AreEqual(new[] { "EmbeddingBag(40 -> 2)" }, Steps(RandomNetworks.WithWeights(Layer.Sequential(Layer.EmbeddingBag(8), Layer.Linear(2)), 40, new Random(1))));

    [TestMethod]
    public void A_block_that_is_scaled_is_not_taken_for_one_hot()
    {
        var network = RandomNetworks.WithWeights(
            Layer.Sequential(Layer.RobustScale, Layer.Concat(Layer.Select(new SlotRange(0, 2)), Layer.Sequential(Layer.Select(new SlotRange(2, 40)), Layer.Linear(8))), Layer.Linear(2)), 42, new Random(1));
        SetScaling(network, slot => slot == 30 ? 0.5f : 1);
        CollectionAssert.AreEqual(new[] { "RobustScale", "Gather(2)", "Copy", "Linear(40 -> 8)", "Linear(10 -> 2)" }, Steps(network));
    }

    [TestMethod]
    public void Constant_slots_and_columns_without_weight_are_left_out()
    {
        var network = RandomNetworks.WithWeights(
            Layer.Sequential(Layer.RobustScale, Layer.Concat(Numbers, Layer.Select(new SlotRange(3, 2))), Layer.Scale, Layer.Linear(20), Layer.SELU, Layer.Linear(1)), 5, new Random(1));
        SetScaling(network, slot => slot is 1 or 4 ? 0 : 1);

        // Slot 1 takes with it 3 units of cosines, itself and 5 units of bins, slot 4 itself; the factors, one unit of cosines, slot 0 and one of bins.
        var scale = network.Layout.Root.Children[2];
        foreach (int column in new[] { 0, 3, 12 })
            network.Parameters[scale.Parameters[0].Offset + column] = 0;
        CollectionAssert.AreEqual(
            new[] { "RobustScale", "Gather(2)", "Cosines(1 x 16 -> 2)", "Cosines(1 x 16 -> 3)", "Bins(2 -> 9)", "Linear(16 -> 20) + SELU", "Linear(20 -> 1)" }, Steps(network));
    }

    [TestMethod]
    public void Without_a_scaling_before_it_every_column_stays()
    {
        // NaN times a weight of 0 is NaN.
        var network = RandomNetworks.WithWeights(Layer.Sequential(Layer.PiecewiseLinearEmbedding(3, 2), Layer.Linear(20)), 2, new Random(1));
        foreach (var node in network.Layout.Root.Children.Where(node => node.Layer is LinearLayer))
            network.Parameters.AsSpan(node.Parameters[0].Offset, node.Parameters[0].Count).Clear();
        float[] output = new float[20];
        network.Compile(VectorWidth.Widest).Run([float.NaN, 0], output);
        Assert.IsTrue(output.All(float.IsNaN));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Weights_that_are_not_finite_are_not_rearranged(float weight)
    {
        var layer = Layer.Sequential(Layer.RobustScale, Layer.PiecewiseLinearEmbedding(3, 2), Layer.Linear(20), Layer.SELU, Layer.Linear(1));
        var network = RandomNetworks.WithWeights(layer, 2, new Random(1));
        var linear = network.Layout.Root.Children[2];
        network.Parameters[0] = weight;
        network.Parameters[linear.Parameters[0].Offset] = 0;
        network.Buffers[network.Layout.Root.Children[1].Parameters[1].Offset] = -100;
        network.Buffers[network.Layout.Root.Children[1].Parameters[2].Offset] = 1;
        float[] output = new float[1];
        network.Compile(VectorWidth.Widest).Run([0.5f, 0.5f], output);
        Assert.IsTrue(float.IsNaN(output[0]), $"{output[0]}");
        Assert.IsTrue(double.IsNaN(ReferenceNetwork.Run(network.Layout, network.Parameters, network.Buffers, [0.5f, 0.5f])[0]));
    }

    private static void SetScaling(RandomNetwork network, Func<int, float> scale)
    {
        var scaling = network.Layout.Root.Children[0];
        for (int slot = 0; slot < network.Layout.InputWidth; slot++)
        {
            network.Buffers[scaling.Parameters[0].Offset + slot] = 0;
            network.Buffers[scaling.Parameters[1].Offset + slot] = scale(slot);
        }
    }

    private static void ShareBins(RandomNetwork network)
    {
        foreach (var node in network.Layout.Root.DescendantsAndSelf().Where(node => node.Layer is PiecewiseLinearEmbeddingLayer))
        {
            for (int i = 0; i < node.Parameters[1].Count; i++)
            {
                network.Buffers[node.Parameters[1].Offset + i] = (i % 8 / 2f) - 2;
                network.Buffers[node.Parameters[2].Offset + i] = 2;
            }
        }
    }

    private static string[] Steps(RandomNetwork network) => [.. network.Compile(VectorWidth.Widest).Steps.Select(step => step.ToString()!)];
}
