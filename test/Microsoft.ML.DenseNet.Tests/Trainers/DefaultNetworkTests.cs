using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The network that is made when none is named.</summary>
[TestClass]
public sealed class DefaultNetworkTests
{
    private readonly MLContext _ml = new(seed: 1);

    private static DenseNetDefaults Quick => DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [8], NumberOfEpochs = 3 };

    [TestMethod]
    public void OneHotBlocksAreFoundBehindConcatenate()
    {
        // Slots: Small 0..2, Number 3, Large 4..15, Flag 16.
        var data = Data(400);
        var network = Fit(data, Quick with { MaximumTrainedFolds = 1 }).Network;
        var parts = ((ConcatLayer)((SequentialLayer)network.Layout.Layer).Layers[1]).Branches;
        var embedding = Layer.PeriodicEmbedding();
        CollectionAssert.AreEqual(
            new[]
            {
                Layer.Sequential(Layer.Select(new SlotRange(3, 1)), embedding),
                Layer.Sequential(Layer.Select(new SlotRange(3, 1)), Layer.PiecewiseLinearEmbedding(48, 4)),
                Layer.Select(new SlotRange(0, 3), new SlotRange(16, 1)),
                Layer.Sequential(Layer.Select(new SlotRange(4, 12)), Layer.Linear(8, bias: false)),
            },
            parts.ToArray());

        // An embedded block stays 0 and 1; the number is scaled.
        float[] scaling = network.Buffers[..34].ToArray();
        Assert.IsTrue(scaling[4..16].All(center => center == 0) && scaling[21..33].All(scale => scale == 1));
        Assert.AreEqual(0.5, scaling[3], 0.1);
        Assert.AreEqual(2, scaling[17 + 3], 0.3);
    }

    [TestMethod]
    public void RangesThatDoNotFitAreIgnored()
    {
        foreach (int[] ranges in new int[][] { [0, 3, 2, 4], [-1, 2], [3, 2], [0, 5] })
        {
            var builder = new DataViewSchema.Annotations.Builder();
            builder.Add("CategoricalSlotRanges", new VectorDataViewType(NumberDataViewType.Int32, ranges.Length), (ref VBuffer<int> value) => value = new VBuffer<int>(ranges.Length, ranges));
            var schema = new DataViewSchema.Builder();
            schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 5), builder.ToAnnotations());
            Assert.IsEmpty(VectorAnnotations.OneHotBlocks(schema.ToSchema()["Features"], 5), string.Join(", ", ranges));
        }
    }

    [TestMethod]
    public void TheSameSeedMakesTheSameModel()
    {
        var data = Data(200);
        float[] first = Fit(data, Quick).Network.Parameters.ToArray();
        CollectionAssert.AreEqual(first, Fit(data, Quick).Network.Parameters.ToArray());
        CollectionAssert.AreNotEqual(first, Fit(data, Quick, seed: 2).Network.Parameters.ToArray());
    }

    [TestMethod]
    public void ANamedNetworkGetsNothingButScalingAndOutput()
    {
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [8, 4], NumberOfEpochs = 1, Seed = 1 };
        var network = Features().Append(_ml.BinaryClassification.Trainers.DenseNet(options)).Fit(Data(50)).LastTransformer.Model.Network;
        Assert.AreEqual(Layer.Sequential(Layer.Standardize, Layer.Linear(8), Layer.ReLU, Layer.Linear(4), Layer.ReLU, Layer.Linear(1)), network.Layout.Layer);
    }

    [TestMethod]
    public void PredictedNumbersStayInTheRangeOfTheLabels()
    {
        var rows = Enumerable.Range(0, 100).Select(i => new Row { Small = "a", Large = "b", Number = i, Target = 3 * i });
        var pipeline = Features().Append(_ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Target),
            Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [16], NumberOfEpochs = 30 },
            Seed = 1,
        }));
        var model = pipeline.Fit(_ml.Data.LoadFromEnumerable(rows));
        var far = _ml.Data.LoadFromEnumerable(new[] { -1e6f, 1e6f, 1e30f }.Select(number => new Row { Small = "a", Large = "b", Number = number }));
        foreach (float score in model.Transform(far).GetColumn<float>("Score"))
            Assert.IsTrue(score is > -0.01f and < 297.01f, $"{score}");
    }

    [TestMethod]
    [DataRow(30)]
    [DataRow(60)]
    [DataRow(200)]
    public void ProbabilitiesOfFewEasyRowsAreNotCertainties(int count)
    {
        // Told apart without a fault, or nearly: new rows close to the border must still not get a probability of 0.
        var random = new Random(2);
        TwoNumbers[] Rows(int number) => [.. Enumerable.Range(0, number).Select(_ => new[] { random.NextSingle(), random.NextSingle() }).Select(values => new TwoNumbers { Features = values, Label = values[0] > values[1] })];
        var train = _ml.Data.LoadFromEnumerable(Rows(count));
        var test = _ml.Data.LoadFromEnumerable(Rows(2000));
        var model = _ml.BinaryClassification.Trainers.DenseNet().Fit(train);
        Assert.IsLessThan(0.6, _ml.BinaryClassification.Evaluate(model.Transform(test)).LogLoss); // in bits; 1 for guessing
    }

    [TestMethod]
    public void EachEmbeddingOfNumbersCanBeLeftOutByItself()
    {
        var data = Data(100);
        var bins = Fit(data, Quick with { MaximumTrainedFolds = 1, NumberEmbedding = null }).Network.Layout;
        var cosines = Fit(data, Quick with { MaximumTrainedFolds = 1, NumberBins = null }).Network.Layout;
        var neither = Fit(data, Quick with { MaximumTrainedFolds = 1, NumberEmbedding = null, NumberBins = null }).Network.Layout;
        Assert.AreEqual((0, 1), Embeddings(bins));
        Assert.AreEqual((1, 0), Embeddings(cosines));
        Assert.AreEqual((0, 0), Embeddings(neither));

        static (int Cosines, int Bins) Embeddings(NetworkLayout layout) =>
            (layout.Root.DescendantsAndSelf().Count(node => node.Layer is PeriodicEmbeddingLayer), layout.Root.DescendantsAndSelf().Count(node => node.Layer is PiecewiseLinearEmbeddingLayer));
    }

    [TestMethod]
    public void TheSparseDefaultsTakeEveryShape()
    {
        // Several layers, none, members of an ensemble; a weight decay, which SparseAdam has not.
        var data = Data(60);
        var sparse = DenseNetDefaults.ForSparse(LearningTask.BinaryClassification) with { NumberOfEpochs = 3 };
        foreach (int[] units in new int[][] { [], [4], [6, 4] })
        {
            foreach (int members in new[] { 1, 3 })
            {
                var options = new DenseNetBinaryTrainer.Options { Defaults = sparse with { HiddenUnits = units }, EnsembleSize = members, Seed = 1 };
                var network = Features().Append(_ml.BinaryClassification.Trainers.DenseNet(options)).Fit(data).LastTransformer.Model.Network;
                Assert.HasCount(units.Length, network.Layout.Root.DescendantsAndSelf().Where(node => node.Layer is ActivationLayer));
            }
        }

        double Length(double decay) => Fit(data, sparse with { WeightDecay = decay, LearningRate = 0.01 }).Network.Parameters.ToArray().Sum(weight => weight * weight);
        Assert.IsLessThan(0.9 * Length(0), Length(10));
    }

    [TestMethod]
    public void ObserversOfNumbersSeeTheModelsPredictions()
    {
        // Far outside of the rows the network alone would leave the range of the labels.
        var rows = Enumerable.Range(0, 100).Select(i => new Row { Number = i, Target = 3 * i });
        float[][] far = [[-1e6f], [1e6f]];
        IReadOnlyList<float[]> seen = [];
        NetworkLayout? layout = null, ofSnapshot = null;
        var observer = new TrainingEnd(progress =>
        {
            seen = progress.Predict(far);
            layout = progress.Layout;
            ofSnapshot = progress.TakeSnapshot().Layout;
        });
        var trainer = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = nameof(Row.Target),
            Defaults = DenseNetDefaults.For(LearningTask.Regression) with { HiddenUnits = [16], NumberOfEpochs = 30, MaximumTrainedFolds = 1 },
            Seed = 1,
            Observers = { observer },
        });
        var network = _ml.Transforms.Concatenate("Features", nameof(Row.Number)).Append(trainer).Fit(_ml.Data.LoadFromEnumerable(rows)).LastTransformer.Model.Network;
        Assert.IsInstanceOfType<DestandardizeLayer>(((SequentialLayer)network.Layout.Layer).Layers[^1]);
        for (int i = 0; i < far.Length; i++)
        {
            var output = new float[1];
            network.ComputeOutputs(far[i], output);
            Assert.AreEqual(output[0], seen[i][0], 1e-3);
        }

        Assert.AreEqual(network.Layout.Layer, ofSnapshot!.Layer);
        Assert.AreEqual(network.Layout.Layer, layout!.Layer);
    }

    [TestMethod]
    public void EveryParameterHasOnePace()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.RobustScale, Layer.PeriodicEmbedding(), Layer.Scale, Layer.Linear(64), Layer.SELU, Layer.Linear(2)), 4);
        var groups = Paces.Of(layout);
        CollectionAssert.AreEqual(Enumerable.Range(0, layout.ParameterCount).ToArray(), groups.SelectMany(group => Enumerable.Range(group.Offset, group.Count)).ToArray());

        // pytabkit's rates are 16 times ours; what a Linear of 64 inputs learns at there is its rate / 8, and its decay is not divided.
        var last = groups[^2];
        Assert.AreEqual(16.0 / 8, last.LearningRateFactor, 1e-12);
        Assert.AreEqual(1, last.LearningRateFactor * last.WeightDecayFactor, 1e-12);
        Assert.AreEqual(0, groups[^1].WeightDecayFactor);
    }

    private DenseNetBinaryModelParameters Fit(IDataView data, DenseNetDefaults defaults, int seed = 1) =>
        Features().Append(_ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Defaults = defaults, Seed = seed })).Fit(data).LastTransformer.Model;

    private EstimatorChain<ColumnConcatenatingTransformer> Features() =>
        _ml.Transforms.Categorical.OneHotEncoding(nameof(Row.Small))
            .Append(_ml.Transforms.Categorical.OneHotEncoding(nameof(Row.Large)))
            .Append(_ml.Transforms.Concatenate("Features", nameof(Row.Small), nameof(Row.Number), nameof(Row.Large), nameof(Row.Flag)));

    private IDataView Data(int count)
    {
        var random = new Random(4);
        return _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Row
        {
            Small = $"{i % 3}",
            Large = $"{i % 12}",
            Number = random.NextSingle(),
            Flag = i % 2,
            Label = random.Next(2) == 1,
        }).ToArray());
    }

    private sealed class TwoNumbers
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Row
    {
        public string Small { get; set; } = "";

        public string Large { get; set; } = "";

        public float Number { get; set; }

        public float Flag { get; set; }

        public bool Label { get; set; }

        public float Target { get; set; }
    }
}
