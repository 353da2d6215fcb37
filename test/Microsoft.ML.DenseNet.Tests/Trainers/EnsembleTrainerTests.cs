using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Trainers with an EnsembleSize, from options to a saved model.</summary>
[TestClass]
public sealed class EnsembleTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(80));

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void EachMemberTrainsOnALossOfItsOwn(TaskCase task)
    {
        // Three epochs of full batches, against the formulas written out in torch from the same first weights.
        const int Members = 4, Rows = 80, Epochs = 3, Hidden = 6;
        void Set(DenseNetOptions options)
        {
            options.EnsembleSize = Members;
            options.HiddenUnits = [Hidden];
            options.BatchSize = DenseNetOptions.FullBatch;
            options.Optimizer = Optimizers.SGD();
            options.LearningRate = 0.5;
            options.ExampleWeightColumnName = nameof(ScoringRow.Weight);
        }

        TrainedNetwork Fit(int epochs) => task.NetworkOf(task.Trainer(_ml, options =>
        {
            Set(options);
            options.NumberOfEpochs = epochs;
        }).Fit(Data));

        var start = Fit(0);
        var network = Fit(Epochs);
        var rows = ScoringRow.Create(Rows);
        using var scope = NewDisposeScope();
        Tensor Of(TrainedNetwork source, string name)
        {
            var values = source.Tensors.Single(tensor => tensor.Name == name);
            return tensor(values.Values.ToArray(), [.. values.Shape.Select(size => (long)size)]);
        }

        string[] names = ["2.weight", "2.input_scale", "2.output_scale", "2.bias", "4.weight", "4.bias"];
        Tensor[] parameters = [.. names.Select(name => Of(start, name).requires_grad_())];
        var x = (tensor(rows.SelectMany(row => row.Features).ToArray(), [Rows, ScoringRow.Width]) - Of(start, "0.mean")) * Of(start, "0.scale");
        var weights = tensor(rows.Select(row => row.Weight).ToArray());
        weights /= weights.mean();
        float[] values = [.. rows.Select(row => row.Value)];
        float average = (float)(rows.Sum(row => (double)row.Value * row.Weight) / rows.Sum(row => (double)row.Weight));
        double variance = rows.Sum(row => row.Weight * Math.Pow(row.Value - average, 2)) / rows.Sum(row => (double)row.Weight);
        var losses = new double[Epochs];
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            var total = zeros(1);
            for (int member = 0; member < Members; member++)
            {
                var h = ((x * parameters[1][member]).matmul(parameters[0].t()) * parameters[2][member] + parameters[3][member]).relu();
                var z = h.matmul(parameters[4][member].t()) + parameters[5][member];
                var loss = task.Name switch
                {
                    "Binary" => nn.functional.binary_cross_entropy_with_logits(z.squeeze(1), tensor(rows.Select(row => row.Flag ? 1f : 0f).ToArray()), reduction: nn.Reduction.None),
                    "Multiclass" => nn.functional.cross_entropy(z, tensor(rows.Select(row => (long)Array.IndexOf(ScoringRow.ClassNames, row.Class)).ToArray()), reduction: nn.Reduction.None),
                    _ => (z.squeeze(1) - tensor(values.Select(value => (float)((value - average) / Math.Sqrt(variance))).ToArray())).square(),
                };
                total = total + (loss * weights).mean() / tensor((float)Members);
            }

            losses[epoch] = total.item<float>();
            total.backward();
            using var noGradient = no_grad();
            foreach (var parameter in parameters)
            {
                parameter.sub_(parameter.grad! * tensor(0.5f));
                parameter.grad!.zero_();
            }
        }

        for (int epoch = 0; epoch < Epochs; epoch++)
            Assert.AreEqual(losses[epoch], network.History[epoch].TrainingLoss, 1e-5, $"Epoch {epoch + 1}");
        foreach (var (name, parameter) in names.Zip(parameters))
        {
            float[] expected = parameter.detach().data<float>().ToArray(), actual = network.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-4, $"{name}[{i}]");
        }
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheValidationLossIsThatOfTheMeanPrediction(TaskCase task)
    {
        var data = Data;
        var options = default(DenseNetOptions);
        var trainer = task.Trainer(_ml, own =>
        {
            options = own;
            own.EnsembleSize = 5;
            own.NumberOfEpochs = 2;
            own.RestoreBestWeights = false;
        });
        dynamic fitting = trainer;
        ITransformer model = fitting.Fit(data, data);
        var network = task.NetworkOf(model);
        var rows = ScoringRow.Create(80);
        var output = new float[network.Layout.OutputWidth];
        double total = 0;
        float[] scaling = network.Buffers[^2..].ToArray();
        foreach (var row in rows)
        {
            network.ComputeOutputs(row.Features, output);
            total += task.Name switch
            {
                "Binary" => Math.Log(1 + Math.Exp(row.Flag ? -output[0] : output[0])),
                "Multiclass" => Math.Log(output.Sum(value => Math.Exp(value))) - output[Array.IndexOf(ScoringRow.ClassNames, row.Class)],
                _ => Math.Pow((output[0] - row.Value) / scaling[1], 2),
            };
        }

        Assert.AreEqual(total / rows.Length, network.History[^1].ValidationLoss!.Value, 1e-5);
        Assert.AreNotEqual(total / rows.Length, network.History[^1].TrainingLoss, 1e-4);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void TheDefaultNetworkIsTabM(TaskCase task)
    {
        var rates = new List<double>();
        var model = task.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.EnsembleSize = 8;
            options.NumberOfEpochs = 2;
            options.Progress = progress => rates.Add(progress.Latest!.LearningRate);
        }).Fit(Data);
        var layers = ((SequentialLayer)task.NetworkOf(model).Layout.Layer).Layers;
        int outputs = task == TaskCase.Multiclass ? 3 : 1;
        var mean = task == TaskCase.Binary ? MeanKind.Probabilities : task == TaskCase.Multiclass ? MeanKind.ClassProbabilities : MeanKind.Outputs;
        CollectionAssert.AreEqual(
            new[]
            {
                Layer.RobustScale, Layer.Concat(Layer.PeriodicEmbedding(), Layer.PiecewiseLinearEmbedding(48, 4)), new RepeatLayer(8),
                new EnsembleLinearLayer(8, 512, true, MemberScaling.Normal), Layer.ReLU, Layer.Dropout(0.1f),
                new EnsembleLinearLayer(8, 512, true, MemberScaling.Ones), Layer.ReLU, Layer.Dropout(0.1f),
                new MemberLinearLayer(8, outputs), new MemberMeanLayer(8, mean),
            },
            layers.Take(11).ToArray());
        CollectionAssert.AreEqual(new[] { 0.002, 0.002 }, rates);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AModelIsSavedLoadedAndExported(TaskCase task)
    {
        var data = Data;
        var model = task.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.EnsembleSize = 5;
            options.NumberOfEpochs = 4;
            options.Defaults = DenseNetDefaults.ForEnsemble(task == TaskCase.Regression ? LearningTask.Regression : LearningTask.BinaryClassification) with { HiddenUnits = [13, 16] };
        }).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = _ml.Model.Load(stream, out _);
        var network = task.NetworkOf(model);
        var again = task.NetworkOf(loaded);
        Assert.AreEqual(network.Layout.Layer, again.Layout.Layer);

        var rows = ScoringRow.Create(80);
        float[] features = [.. rows.SelectMany(row => row.Features)];
        int outputs = network.Layout.OutputWidth;
        float[] expected = new float[rows.Length * outputs], actual = new float[rows.Length * outputs];
        network.ComputeOutputBlock(features, rows.Length, expected);
        again.ComputeOutputBlock(features, rows.Length, actual);
        CollectionAssert.AreEqual(expected, actual);

        using var run = new OnnxRun(OnnxModels.Export(network, PredictionKind.Regression));
        float[] exported = run.Run<float>("Score", features, rows.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], exported[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"Output {i}");
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AnEnsembleIsTrainedOn(TaskCase task)
    {
        var data = Data;
        var first = task.Trainer(_ml, options => options.EnsembleSize = 3).Fit(data);
        dynamic trainer = task.Trainer(_ml, options => options.HiddenUnits = null), model = first;
        ITransformer second = trainer.Fit(data, model.Model);
        Assert.AreEqual(task.NetworkOf(first).Layout.Layer, task.NetworkOf(second).Layout.Layer);
        Assert.IsLessThan(task.NetworkOf(first).History[0].TrainingLoss, task.NetworkOf(second).History[^1].TrainingLoss);
    }

    [TestMethod]
    public void CountsAreAveragedAndNotTheirLogarithms()
    {
        var model = _ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            HiddenUnits = [4],
            EnsembleSize = 3,
            Loss = Losses.Poisson(),
            NumberOfEpochs = 0,
            LabelColumnName = nameof(ScoringRow.Weight),
            Seed = 1,
        }).Fit(Data);
        var layers = ((SequentialLayer)model.Model.Network.Layout.Layer).Layers;
        CollectionAssert.AreEqual(new[] { new MemberMeanLayer(3, MeanKind.Exponentials), Layer.Exp }, layers.TakeLast(2).ToArray());
    }

    [TestMethod]
    public void FeaturesAreGroupedForTheFirstFactors()
    {
        // Slots: one-hot 0..2, number 3, one-hot 4..15, flag 16; the default network puts the number first and the large block last.
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add("CategoricalSlotRanges", new VectorDataViewType(NumberDataViewType.Int32, 4), (ref VBuffer<int> value) => value = new VBuffer<int>(4, [0, 2, 4, 15]));
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Features", new VectorDataViewType(NumberDataViewType.Single, 17), builder.ToAnnotations());
        var random = new Random(1);
        float[] features = [.. Enumerable.Range(0, 60 * 17).Select(i => i % 17 == 3 ? random.NextSingle() : i % 17 is < 3 and var slot ? (i / 17 % 3 == slot ? 1 : 0) : random.Next(2))];
        var statistics = RobustStatistics.Of(new RowSet(17, false, [new RowBlock(60, features, new float[60], default)]));
        var network = DefaultNetwork.Design(DenseNetDefaults.ForEnsemble(LearningTask.BinaryClassification), schema.ToSchema()["Features"], statistics);
        CollectionAssert.AreEqual(new[] { 4, 4, 3, 1, 8 }, network.FeatureWidths.ToArray());

        var body = ((SequentialLayer)network.Body).Layers;
        Assert.AreEqual(network.FeatureWidths.Sum(), new NetworkLayout(body[0], 17).OutputWidth);
    }
}
