using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What a trainer can make can be loaded; what could not is refused before it is trained, in the same terms.</summary>
[TestClass]
public sealed class NetworkLimitsTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void What_trainers_make_comes_back()
    {
        foreach (var network in new[] { TestNetworks.Default(_ml), TestNetworks.Ensemble(_ml), Fit(options => options.EnsembleSize = DenseNetOptions.MaximumEnsembleSize), WideEnsemble(), WideSparse() })
            Assert.AreEqual(network.Layout.Layer, ModelFileBuilder.Load(ModelFileBuilder.Save(network)).Layout.Layer);
    }

    [TestMethod]
    public void Networks_of_usual_shapes_are_far_from_the_limit()
    {
        static Layer Hidden(int units) => Layer.Sequential(Layer.Linear(units), Layer.BatchNorm(), Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Dropout());
        foreach (var (layer, inputs) in new (Layer, int)[]
        {
            (Layer.Sequential(Layer.Standardize, Hidden(4096), Hidden(4096), Layer.Linear(1)), 10_000),
            (Layer.Sequential(Hidden(1 << 20), Layer.Linear(1)), 1),
            (Layer.Sequential(Layer.EmbeddingBag(256), Layer.ReLU, Layer.Linear(1)), 1 << 20),
            (Layer.Sequential(Layer.RobustScale, Layer.PeriodicEmbedding(), Layer.Linear(64), Layer.Linear(1)), 100_000),
            (Layer.Sequential(new RepeatLayer(256), new EnsembleLinearLayer(256, 512, true, MemberScaling.Normal), Layer.ReLU, Layer.Dropout(), new MemberLinearLayer(256, 1), new MemberMeanLayer(256, MeanKind.Probabilities)), 2000),
        })
        {
            var layout = new NetworkLayout(layer, inputs);
            Assert.IsLessThan(NetworkLimits.TotalWidth(layout), 4 * layout.Root.DescendantsAndSelf().Sum(node => (long)node.OutputWidth), layer.ToString());
            NetworkLimits.Check(layout);
        }
    }

    [TestMethod]
    public void What_could_not_be_loaded_is_not_trained()
    {
        static Layer Wide(Layer layer) => Layer.Concat(Enumerable.Repeat(layer, 100));
        Refused(Layer.Sequential(Wide(Layer.Tanh), Wide(Layer.Tanh), Wide(Layer.Tanh), Layer.Select(new SlotRange(0, 1))), "units wide together");
        Refused(Layer.Sequential(Enumerable.Repeat(Layer.Tanh, NetworkLimits.MaximumLayers)), "layers; at most 10,000 are accepted");
        Refused(Layer.Select([.. Enumerable.Repeat(new SlotRange(0, 1), 300_000)]), "tokens");
    }

    private void Refused(Layer network, string message)
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Fit(options =>
        {
            options.HiddenUnits = null;
            options.Network = network;
        }));
        StringAssert.Contains(error.Message, "too large to be saved and loaded again", StringComparison.Ordinal);
        StringAssert.Contains(error.Message, message, StringComparison.Ordinal);
    }

    private TrainedNetwork Fit(Action<DenseNetOptions> set) => TaskCase.Regression.NetworkOf(TaskCase.Regression.Trainer(_ml, options =>
    {
        options.NumberOfEpochs = 1;
        set(options);
    }).Fit(TestTransformers.Data(_ml, ScoringRow.Create(20))));

    /// <summary>The largest ensemble, of wide members with many layers that have no parameters.</summary>
    private TrainedNetwork WideEnsemble() => Fit(options =>
    {
        options.EnsembleSize = DenseNetOptions.MaximumEnsembleSize;
        options.HiddenUnits = null;
        options.Network = Layer.Sequential(Layer.Linear(300), Layer.Sum(Layer.ReLU, Layer.Tanh, Layer.SiLU), Layer.Residual(Layer.Sequential(Layer.Tanh, Layer.Dropout(), Layer.GELU)));
    });

    private TrainedNetwork WideSparse()
    {
        const int Width = 200_000;
        var definition = SchemaDefinition.Create(typeof(WideRow));
        definition[nameof(WideRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        var rows = Enumerable.Range(0, 30).Select(i => new WideRow { Features = new VBuffer<float>(Width, 2, [1f, i], [i, 1000 + (i * i)]), Label = i % 2 });
        return _ml.Regression.Trainers.DenseNet(numberOfEpochs: 1).Fit(_ml.Data.LoadFromEnumerable(rows, definition)).Model.Network;
    }

    private sealed class WideRow
    {
        public VBuffer<float> Features { get; set; }

        public float Label { get; set; }
    }
}
