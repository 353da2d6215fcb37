using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Training a model further must not make it worse unnoticed.</summary>
[TestClass]
public sealed class WarmStartTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AModelThatNoEpochImprovesKeepsItsWeights(TaskCase task)
    {
        var train = Data(1);
        var validation = task == TaskCase.Multiclass ? train : Data(2); // its labels are random: nothing is learned for other rows
        var first = Trained(task, train);
        foreach (var device in new[] { DenseNetDevice.Cpu, DenseNetDevice.TorchCpu })
        {
            var (further, warnings) = Further(task, train, validation, first, options => (options.LearningRate, options.Device) = (0.5, device));
            var history = task.NetworkOf(further).History;
            Assert.AreEqual((0, 10), (history.BestEpoch, history.Count));
            CollectionAssert.AreEqual(task.NetworkOf(first).Parameters.ToArray(), task.NetworkOf(further).Parameters.ToArray());
            Assert.Contains("No epoch had a lower validation loss", warnings.Single());
        }

        // Early stopping counts from the start.
        var (stopped, _) = Further(task, train, validation, first, options => (options.LearningRate, options.EarlyStoppingRound) = (0.5, 3));
        Assert.AreEqual((0, 3), (task.NetworkOf(stopped).History.BestEpoch, task.NetworkOf(stopped).History.Count));

        // Who wants the last weights gets them.
        var (last, silent) = Further(task, train, validation, first, options => (options.LearningRate, options.RestoreBestWeights) = (0.5, false));
        Assert.AreEqual(10, task.NetworkOf(last).History.BestEpoch);
        CollectionAssert.AreNotEqual(task.NetworkOf(first).Parameters.ToArray(), task.NetworkOf(last).Parameters.ToArray());
        Assert.IsEmpty(silent);
    }

    [TestMethod]
    public void AccuracyDoesNotFallWithARateOfAHalf()
    {
        var (train, validation, test) = (Data(1), Data(2), Data(3));
        var first = Trained(TaskCase.Binary, train);
        double Accuracy(ITransformer model) => _ml.BinaryClassification.Evaluate(model.Transform(test), nameof(ScoringRow.Flag)).Accuracy;
        double before = Accuracy(first);
        Assert.IsGreaterThan(0.95, before);
        var (blind, warnings) = Further(TaskCase.Binary, train, null, first, Fast);
        Assert.IsLessThan(before, Accuracy(blind), "the rate is too high");
        Assert.AreEqual(before, Accuracy(Further(TaskCase.Binary, train, validation, first, Fast).Model));

        // The warning has the losses before and after, which ML.NET measures in bits.
        string warning = warnings.Single();
        double Loss(ITransformer model) => _ml.BinaryClassification.Evaluate(model.Transform(train), nameof(ScoringRow.Flag)).LogLoss * Math.Log(2);
        Assert.Contains("The training has made the earlier model worse", warning);
        double[] losses = [.. Regex.Matches(warning.Replace(',', '.'), @"\d+\.\d+").Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture))];
        Assert.AreEqual(Loss(first), losses[0], 0.01 * losses[0]);
        Assert.AreEqual(Loss(blind), losses[1], 0.01 * losses[1]);

        static void Fast(DenseNetOptions options) => (options.LearningRate, options.Optimizer) = (0.5, Optimizers.AdamW());
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void AModelThatImprovesIsKeptWithoutAWarning(TaskCase task)
    {
        var (train, validation) = (Data(1), Data(2));
        var first = Trained(task, train, epochs: 3);
        var (blind, warnings) = Further(task, train, null, first, options => options.LearningRate = 0.003);
        Assert.IsEmpty(warnings);
        var (further, quiet) = Further(task, train, validation, first, options => options.LearningRate = 0.003);
        Assert.IsEmpty(quiet);
        if (task == TaskCase.Multiclass)
            return; // its labels are random
        Assert.IsGreaterThan(0, task.NetworkOf(further).History.BestEpoch);
        Assert.AreEqual(10, task.NetworkOf(blind).History.BestEpoch);
    }

    [TestMethod]
    public void AResumedTrainingRemembersTheStart()
    {
        var (train, validation) = (Data(1), Data(2));
        var first = Trained(TaskCase.Binary, train);
        using var folder = new TemporaryFolder();
        void Kept(DenseNetOptions options) => (options.LearningRate, options.CheckpointDirectory, options.CheckpointInterval) = (0.5, folder.FullName, TimeSpan.Zero);
        Assert.ThrowsExactly<InterruptedException>(() => Further(TaskCase.Binary, train, validation, first, options =>
        {
            Kept(options);
            options.Observers.Add(new Interrupter(4));
        }));
        var (resumed, _) = Further(TaskCase.Binary, train, validation, first, Kept);
        Assert.AreEqual((0, 10), (TaskCase.Binary.NetworkOf(resumed).History.BestEpoch, TaskCase.Binary.NetworkOf(resumed).History.Count));
        CollectionAssert.AreEqual(TaskCase.Binary.NetworkOf(first).Parameters.ToArray(), TaskCase.Binary.NetworkOf(resumed).Parameters.ToArray());
    }

    private IDataView Data(int seed) => TestTransformers.Data(_ml, ScoringRow.Create(300, seed));

    private ITransformer Trained(TaskCase task, IDataView data, int epochs = 60) => task.Trainer(_ml, options => (options.NumberOfEpochs, options.LearningRate) = (epochs, 0.02)).Fit(data);

    /// <summary>Trains 10 epochs more; returns the model and the warnings on ML.NET's log.</summary>
    private static (ITransformer Model, List<string> Warnings) Further(TaskCase task, IDataView train, IDataView? validation, ITransformer first, Action<DenseNetOptions> set)
    {
        var warnings = new List<string>();
        var ml = new MLContext(seed: 1);
        ml.Log += (_, entry) =>
        {
            if (entry.Kind == ChannelMessageKind.Warning)
                warnings.Add(entry.RawMessage);
        };
        dynamic trainer = task.Trainer(ml, options =>
        {
            (options.HiddenUnits, options.NumberOfEpochs) = (null, 10);
            set(options);
        });
        dynamic earlier = first;
        return (validation is null ? trainer.Fit(train, earlier.Model) : trainer.Fit(train, validation, earlier.Model), warnings);
    }
}
