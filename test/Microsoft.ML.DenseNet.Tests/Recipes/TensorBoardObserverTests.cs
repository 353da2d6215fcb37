using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class TensorBoardObserverTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly string _directory = Directory.CreateTempSubdirectory("densenet-tensorboard-").FullName;

    [TestCleanup]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [TestMethod]
    public void It_writes_what_the_history_has()
    {
        var model = Train(new TensorBoardObserver(_directory), epochs: 5);
        var values = TensorBoardEvents.Read(_directory);
        var history = model.Model.Network.History;
        AreEqual(history.Select(record => record.TrainingLoss), Numbers(values, "loss/training"));
        AreEqual(history.Select(record => record.ValidationLoss!.Value), Numbers(values, "loss/validation"));
        AreEqual(history.Select(record => record.LearningRate), Numbers(values, "learning_rate"));
        AreEqual(history.Select(record => record.GradientNorm!.Value), Numbers(values, "gradient_norm/all"));

        // Without clipping, the whole gradient's norm is that of the tensors' norms.
        string[] tensors = [.. model.Model.Network.Tensors.Where(tensor => tensor.IsTrained).Select(tensor => tensor.Name)];
        for (int epoch = 0; epoch < history.Count; epoch++)
        {
            double squares = tensors.Sum(name => Math.Pow(Numbers(values, $"gradient_norm/{name}")[epoch], 2));
            Assert.AreEqual(history[epoch].GradientNorm!.Value, Math.Sqrt(squares), 1e-4);
        }
    }

    [TestMethod]
    public void Histograms_hold_the_weights()
    {
        var model = Train(new TensorBoardObserver(_directory), epochs: 3);
        var values = TensorBoardEvents.Read(_directory);
        foreach (var tensor in model.Model.Network.Tensors.Where(tensor => tensor.IsTrained))
        {
            var histograms = values.Where(value => value.Tag == $"weights/{tensor.Name}").ToList();
            CollectionAssert.AreEqual(new long[] { 0, 1, 2, 3 }, histograms.Select(histogram => histogram.Step).ToArray());
            var last = histograms[^1];
            float[] weights = tensor.Values.ToArray();
            Assert.AreEqual(weights.Length, last.Count);
            Assert.AreEqual(weights.Length, last.Buckets!.Sum());
            Assert.AreEqual(weights.Min(), last.Minimum, 1e-6);
            Assert.AreEqual(weights.Max(), last.Maximum, 1e-6);
            Assert.AreEqual(weights.Sum(weight => (double)weight), last.Sum, 1e-4);

            // A bucket holds the values up to its limit.
            double below = 0;
            for (int i = 0; i < last.Limits.Length; i++)
            {
                below += last.Buckets![i];
                Assert.AreEqual(weights.Count(weight => weight < last.Limits[i]), below, $"{tensor.Name}, bucket {i}");
            }
        }
    }

    [TestMethod]
    public void Hyperparameters_are_a_table()
    {
        Train(new TensorBoardObserver(_directory), epochs: 1);
        string text = TensorBoardEvents.Read(_directory).Single(value => value.Tag.StartsWith("hyperparameters", StringComparison.Ordinal)).Text!;
        Assert.Contains("| network | Sequential(Standardize, Linear(4), ReLU, Linear(1)) |", text);
        Assert.Contains("| learning rate | 0.01 |", text);
        Assert.Contains("| batch size | 16 |", text);
    }

    [TestMethod]
    public void Large_things_may_be_written_less_often()
    {
        Train(new TensorBoardObserver(_directory, everyEpochs: 4), epochs: 9);
        var values = TensorBoardEvents.Read(_directory);
        Assert.AreEqual(9, values.Count(value => value.Tag == "loss/training"));
        CollectionAssert.AreEqual(new long[] { 0, 4, 8 }, values.Where(value => value.Tag == "weights/1.weight").Select(value => value.Step).ToArray());
        CollectionAssert.AreEqual(new long[] { 4, 8 }, values.Where(value => value.Tag == "gradient_norm/1.weight").Select(value => value.Step).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TensorBoardObserver(_directory, everyEpochs: 0));
    }

    [TestMethod]
    public void Each_network_of_the_default_network_is_a_run_of_its_own()
    {
        var options = new DenseNetBinaryTrainer.Options { LabelColumnName = nameof(ScoringRow.Flag), NumberOfEpochs = 2, Observers = { new TensorBoardObserver(_directory) } };
        var model = _ml.BinaryClassification.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(ScoringRow.Create(60)));
        int networks = model.Model.Network.History.Networks;
        Assert.IsGreaterThan(1, networks);
        CollectionAssert.AreEqual(
            Enumerable.Range(2, networks - 1).Select(number => Path.Combine(_directory, $"network-{number}")).ToArray(),
            Directory.GetDirectories(_directory).Order().ToArray());
        foreach (string directory in Directory.GetDirectories(_directory).Prepend(_directory))
        {
            Assert.HasCount(1, Directory.GetFiles(directory));
            Assert.HasCount(2, Numbers(TensorBoardEvents.Read(directory), "loss/training"));
        }

        Assert.Contains($"| number of this network | 1 of {networks} |", TensorBoardEvents.Read(_directory).Single(value => value.Tag.StartsWith("hyperparameters", StringComparison.Ordinal)).Text!);
    }

    [TestMethod]
    public void No_tensor_stays_behind()
    {
        Train(new TensorBoardObserver(_directory), epochs: 1); // torch's own lazy state

        // TorchSharp counts one tensor of every training for ever; the observer must add none.
        Assert.AreEqual(Growth(new QuietObserver()), Growth(new TensorBoardObserver(_directory)));

        long Growth(TrainingObserver observer)
        {
            long before = torch.Tensor.TotalCount;
            Train(observer, epochs: 4);
            return torch.Tensor.TotalCount - before;
        }
    }

    private sealed class QuietObserver : TrainingObserver;

    private DenseNetBinaryTransformer Train(TrainingObserver observer, int epochs)
    {
        var options = new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = nameof(ScoringRow.Flag),
            HiddenUnits = [4],
            NumberOfEpochs = epochs,
            BatchSize = 16,
            LearningRate = 0.01,
            ValidationFraction = 0.2,
            RestoreBestWeights = false,
        };
        options.Observers.Add(observer);
        return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(_ml.Data.LoadFromEnumerable(ScoringRow.Create(60)));
    }

    private static float[] Numbers(List<TensorBoardValue> values, string tag)
    {
        var found = values.Where(value => value.Tag == tag).ToList();
        CollectionAssert.AreEqual(Enumerable.Range(1, found.Count).Select(step => (long)step).ToArray(), found.Select(value => value.Step).ToArray());
        return [.. found.Select(value => value.Number!.Value)];
    }

    private static void AreEqual(IEnumerable<double> expected, float[] actual) =>
        CollectionAssert.AreEqual(expected.Select(value => (float)value).ToArray(), actual);
}
