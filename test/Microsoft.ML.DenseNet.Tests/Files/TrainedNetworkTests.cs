using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class TrainedNetworkTests
{
    private const int Width = 5;

    private readonly TrainedNetwork _network = TestNetworks.Create(Width, 3);

    [TestMethod]
    public void It_predicts_what_the_layers_say()
    {
        float[] output = new float[3];
        foreach (var row in ScoringRow.Create(40))
        {
            _network.ComputeOutputs(row.Features, output);
            double[] expected = ReferenceNetwork.Predict(_network, row.Features);
            for (int i = 0; i < output.Length; i++)
                Assert.AreEqual(expected[i], output[i], 1e-4);
        }
    }

    [TestMethod]
    public void A_block_is_row_by_row()
    {
        const int Rows = 37;
        float[] features = [.. ScoringRow.Create(Rows).SelectMany(row => row.Features)];
        float[] block = new float[Rows * 3];
        _network.ComputeOutputBlock(features, Rows, block);

        float[] output = new float[3];
        for (int i = 0; i < Rows; i++)
        {
            _network.ComputeOutputs(features.AsSpan(i * Width, Width), output);
            CollectionAssert.AreEqual(output, block[(i * 3)..((i + 1) * 3)], $"row {i}");
        }

        _network.ComputeOutputBlock([], 0, []);
    }

    [TestMethod]
    public void A_sparse_row_is_the_dense_one()
    {
        float[] dense = [0, 1.5f, 0, 0, -2];
        var sparse = new VBuffer<float>(Width, 2, [1.5f, -2], [1, 4]);
        float[] expected = new float[3];
        float[] actual = new float[3];
        _network.ComputeOutputs(dense, expected);
        _network.ComputeOutputs(sparse, actual);
        CollectionAssert.AreEqual(expected, actual, SingleRounding.Comparer);

        _network.ComputeOutputs(new float[Width], expected);
        _network.ComputeOutputs(new VBuffer<float>(Width, 0, [], []), actual);
        CollectionAssert.AreEqual(expected, actual, SingleRounding.Comparer);
    }

    [TestMethod]
    public void Its_tensors_cover_its_values()
    {
        int parameters = 0, buffers = 0;
        foreach (var tensor in _network.Tensors)
        {
            Assert.AreEqual(tensor.Shape.Aggregate(1, (product, size) => product * size), tensor.Values.Length);
            var whole = tensor.IsTrained ? _network.Parameters : _network.Buffers;
            ref int offset = ref tensor.IsTrained ? ref parameters : ref buffers;
            CollectionAssert.AreEqual(whole.Slice(offset, tensor.Values.Length).ToArray(), tensor.Values.ToArray(), tensor.Name);
            offset += tensor.Values.Length;
        }

        Assert.AreEqual(_network.Layout.ParameterCount, parameters);
        Assert.AreEqual(_network.Layout.BufferCount, buffers);
        CollectionAssert.AllItemsAreUnique(_network.Tensors.Select(tensor => tensor.Name).ToArray());
        Assert.AreEqual("0.0.mean", _network.Tensors[0].Name);
    }

    [TestMethod]
    public void Wrong_lengths_are_named()
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => _network.ComputeOutputs(new float[4], new float[3]));
        Assert.AreEqual("features", exception.ParamName);
        StringAssert.Contains(exception.Message, "4 values; 5 are needed", StringComparison.Ordinal);
        Assert.ThrowsExactly<ArgumentException>(() => _network.ComputeOutputs(new float[5], new float[2]));
        Assert.ThrowsExactly<ArgumentException>(() => _network.ComputeOutputBlock(new float[9], 2, new float[6]));
        Assert.ThrowsExactly<ArgumentException>(() => _network.ComputeOutputBlock(new float[10], 2, new float[5]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _network.ComputeOutputBlock([], -1, []));
        Assert.ThrowsExactly<ArgumentException>(() => new TrainedNetwork(_network.Layout, new float[1], [], TestNetworks.History()));
    }

    [TestMethod]
    public void Many_threads_may_share_it()
    {
        var rows = ScoringRow.Create(200);
        float[][] expected = [.. rows.Select(row =>
        {
            float[] output = new float[3];
            _network.ComputeOutputs(row.Features, output);
            return output;
        })];

        Parallel.For(0, 20_000, i =>
        {
            float[] output = new float[3];
            _network.ComputeOutputs(rows[i % rows.Length].Features, output);
            CollectionAssert.AreEqual(expected[i % rows.Length], output);
        });
    }
}
