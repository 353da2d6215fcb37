namespace Microsoft.ML.DenseNet.Tests;

/// <summary>How many threads train changes no bit of a model, and is limited.</summary>
[TestClass]
public sealed class ThreadTests
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<object[]> Networks =>
    [
        ["BatchNorm", Layer.Sequential(Layer.Linear(32), Layer.BatchNorm(), Layer.ReLU)],
        ["Dropout", Layer.Sequential(Layer.Linear(32), Layer.Dropout(), Layer.LayerNorm(), Layer.GELU)],
        ["wide", Layer.Sequential(Layer.Linear(1024), Layer.ReLU, Layer.Linear(64), Layer.SiLU)],
        ["embedding", Layer.Sequential(Layer.PeriodicEmbedding(), Layer.Linear(32), Layer.ReLU)],
    ];

    [TestMethod]
    [DynamicData(nameof(Networks))]
    public void TheNumberOfThreadsChangesNoBit(string name, Layer network)
    {
        foreach (var set in new Action<DenseNetOptions>[]
        {
            _ => { },
            options => (options.Optimizer, options.LearningRate) = (Optimizers.LBFGS(), 0.01),
            options => options.Loss = Losses.Focal(), // which torch computes
            options => options.Precision = Precision.BFloat16,
        })
        {
            // Large steps of bfloat16 are torch's, where the claim is not made.
            if (name == "wide" && Uses(set).Precision == Precision.BFloat16)
                continue;
            float[] one = Train(set, network, 1);
            foreach (int threads in new[] { 2, 3, DenseNetOptions.MaximumNumberOfThreads })
                CollectionAssert.AreEqual(one, Train(set, network, threads), $"{name}, {threads} threads");
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(DenseNetOptions.MaximumNumberOfThreads)]
    public void NoMoreThreadsAreUsedThanProcessorsHaveWorkFor(int threads)
    {
        int most = 4 * Environment.ProcessorCount;
        Assert.AreEqual(Math.Min(threads, most), Uses(options => options.NumberOfThreads = threads).Threads);
        Assert.IsNull(Uses(_ => { }).Threads);
    }

    private static DenseNetBinaryTrainer.Options Uses(Action<DenseNetOptions> set)
    {
        var options = new DenseNetBinaryTrainer.Options();
        set(options);
        return options;
    }

    private float[] Train(Action<DenseNetOptions> set, Layer network, int threads)
    {
        var trainer = TaskCase.Binary.Trainer(_ml, options =>
        {
            (options.HiddenUnits, options.Network, options.NumberOfThreads) = (null, network, threads);
            options.ValidationFraction = 0.2;
            set(options);
        });
        return TaskCase.Binary.NetworkOf(trainer.Fit(TestTransformers.Data(_ml, ScoringRow.Create(200)))).Parameters.ToArray();
    }
}
