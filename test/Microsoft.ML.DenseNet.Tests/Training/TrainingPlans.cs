using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Small data and plans for tests of the training engine, without ML.NET around it.</summary>
internal static class TrainingPlans
{
    /// <summary>Two classes that a line separates up to noise; labels 0 and 1.</summary>
    public static RowSet TwoClasses(int rows, int features, int seed, bool weights = false)
    {
        var random = new Random(seed);
        var values = new float[rows * features];
        var labels = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            double sum = 0;
            for (int i = 0; i < features; i++)
            {
                values[row * features + i] = (float)(random.NextDouble() * 4 - 2);
                sum += values[row * features + i] * (i % 2 == 0 ? 1 : -0.5);
            }

            labels[row] = sum + random.NextDouble() - 0.5 > 0 ? 1 : 0;
        }

        var exampleWeights = weights ? Enumerable.Range(0, rows).Select(_ => (float)random.Next(1, 4)).ToArray() : [];
        return new RowSet(features, weights, [new RowBlock(rows, values, labels, exampleWeights)]);
    }

    /// <summary>A plan with settings that a plain PyTorch loop has: no scaling, full batch, no shuffling.</summary>
    public static TrainingPlan Plain(Layer network, int features, Loss loss, Optimizer optimizer, double learningRate, int epochs, int seed, LearningTask task = LearningTask.BinaryClassification)
    {
        var layout = new NetworkLayout(network, features);
        return new TrainingPlan
        {
            Task = task,
            Layout = layout,
            Buffers = NetworkInitializer.InitializeBuffers(layout, seed),
            Initialization = Initialization.PyTorch,
            Loss = loss,
            Optimizer = optimizer,
            Schedule = Schedules.Constant,
            LearningRate = learningRate,
            WeightDecay = 0,
            NumberOfEpochs = epochs,
            BatchSize = DenseNetOptions.FullBatch,
            Shuffle = false,
            Seed = seed,
            Device = torch.CPU,
            EarlyStoppingRound = 0,
            RestoreBestWeights = true,
            Observers = [],
            CancellationToken = default,
        };
    }
}
