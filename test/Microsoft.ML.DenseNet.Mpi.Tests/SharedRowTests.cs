using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that train each network together: one process's model up to rounding, and the same bits on every rank and in every run.</summary>
[TestClass]
public sealed class SharedRowTests
{
    public static IEnumerable<object[]> Names => JointTraining.OfRows.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Ranks_train_the_model_of_one_process_up_to_rounding(string name)
    {
        var expected = JointTraining.Fit(name, null);
        foreach (int count in new[] { 2, 3 })
        {
            var ends = Run(count, name);
            Networks.AssertClose(expected, ends[0], $"{name} on {count} ranks");
            foreach (var other in count == 2 ? ends.Concat(Run(count, name)) : ends)
                Networks.AssertSame(ends[0], other, $"{name} on {count} ranks, again");
        }
    }

    [TestMethod]
    public void The_first_step_takes_the_gradient_that_the_formula_gives()
    {
        // A linear model with squared error on unscaled features, from weights that are known: one full-batch SGD step has a closed form.
        const int Rows = 101, Features = 3;
        const double Rate = 0.1;
        var random = new Random(4);
        float[][] features = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Features).Select(_ => random.NextSingle()).ToArray())];
        var rows = features.Select((row, i) => new StepRow { Features = row, Label = (3 * row[0]) - row[1] + (i % 5), Weight = 1 + (i % 3) }).ToArray();
        DenseNetRegressionTrainer.Options Options(TrainingWorkers? workers, int epochs) => new()
        {
            HiddenUnits = [],
            ScaleFeatures = false,
            StandardizeTarget = false,
            ExampleWeightColumnName = nameof(StepRow.Weight),
            Optimizer = Optimizers.SGD(),
            LearningRate = Rate,
            BatchSize = DenseNetOptions.FullBatch,
            NumberOfEpochs = epochs,
            Seed = 1,
            Workers = workers,
        };
        TrainedNetwork Fit(TrainingWorkers? workers, int epochs)
        {
            var mlContext = new MLContext(seed: 1);
            return mlContext.Regression.Trainers.DenseNet(Options(workers, epochs)).Fit(mlContext.Data.LoadFromEnumerable(rows)).Model.Network;
        }

        float[] start = Fit(null, 0).Parameters.ToArray();
        double[] expected = [.. start.Select(value => (double)value)];
        double meanWeight = rows.Average(row => (double)row.Weight);
        foreach (var row in rows)
        {
            double error = start[Features] - row.Label;
            for (int i = 0; i < Features; i++)
                error += (double)start[i] * row.Features[i];
            double factor = Rate * 2 * error * row.Weight / meanWeight / Rows;
            for (int i = 0; i < Features; i++)
                expected[i] -= factor * row.Features[i];
            expected[Features] -= factor;
        }

        foreach (var (result, failure) in ThreadWorkers.Run(4, workers => Fit(ByRows(workers), 1)))
        {
            Assert.IsNull(failure, $"{failure}");
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], result!.Parameters.Span[i], 1e-5);
        }
    }

    [TestMethod]
    public void More_ranks_than_a_batch_has_rows_leave_some_without_any()
    {
        static void Small(DenseNetOptions options) => (options.BatchSize, options.NumberOfEpochs) = (3, 1);
        var ends = Run(7, "named", Small);
        Networks.AssertClose(JointTraining.Fit("named", null, Small), ends[0], "batches of 3 rows on 7 ranks");
    }

    [TestMethod]
    [DataRow("named")]
    [DataRow("dropout")]
    [DataRow("binary")]
    [DataRow("members")]
    [DataRow("lazy")]
    [DataRow("categories")]
    public void Sums_that_are_hidden_have_the_same_bits(string name)
    {
        // From one value on, every layer's gradient is exchanged while that of the layers before it is computed.
        TrainedNetwork[] Fit(int fewest) => [.. ThreadWorkers.Run(3, workers =>
        {
            workers.FewestHiddenFloats = fewest;
            return JointTraining.Fit(name, ByRows(workers), options => (options.BatchSize, options.NumberOfEpochs) = (20, 3));
        }).Select(end => end.Result ?? throw end.Failure!)];
        var hidden = Fit(1);
        Networks.AssertSame(Fit(int.MaxValue)[0], hidden[0], name);
        Networks.AssertSame(hidden[0], hidden[2], name);
    }

    [TestMethod]
    public void An_observer_on_rank_0_stops_all()
    {
        static void Stop(DenseNetOptions options) => options.Progress = progress =>
        {
            if (progress.Epoch == 3)
                progress.Stop();
        };
        foreach (var network in Run(2, "named", Stop))
            Assert.AreEqual((3, StopReason.Observer), (network.History.Count, network.History.StopReason));
    }

    [TestMethod]
    [DataRow(2, 2, "named")]
    [DataRow(2, 3, "named regression")]
    [DataRow(3, 1, "share by weight")]
    public void A_training_resumes_and_says_whether_the_bits_can_be_the_same(int before, int after, string name)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            void Keep(DenseNetOptions options) => (options.CheckpointDirectory, options.CheckpointInterval) = (folder, TimeSpan.Zero);
            ThreadWorkers.Run(before, workers => JointTraining.Fit(name, ByRows(workers), options =>
            {
                Keep(options);
                options.Progress = progress =>
                {
                    if (progress.Epoch == 3)
                        throw new NotSupportedException("The cable was pulled.");
                };
            }));
            var log = new List<string>();
            var ends = ThreadWorkers.Run(after, workers => JointTraining.Fit(name, after == 1 ? null : ByRows(workers), Keep, message =>
            {
                lock (log)
                    log.Add(message);
            }));
            Assert.IsNull(ends[0].Failure, $"{ends[0].Failure}");
            Assert.AreEqual(after, log.Count(message => message.StartsWith("Resumed at epoch 2", StringComparison.Ordinal)));
            Assert.AreEqual(before == after ? 0 : after, log.Count(message => message.Contains($"saved when {before} processes trained the network together, and now there are {after}", StringComparison.Ordinal)));
            if (before == after)
                Networks.AssertSame(Run(before, name)[0], ends[0].Result!, "resumed");
            else
                Networks.AssertClose(JointTraining.Fit(name, null), ends[0].Result!, "resumed on others");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void What_cannot_be_divided_is_refused_on_all_ranks()
    {
        foreach (var (change, reason) in new (Action<DenseNetOptions>, string)[]
        {
            (options => (options.HiddenUnits, options.Network) = (null, Layer.Sequential(Layer.Linear(4), Layer.BatchNorm())), "BatchNorm needs all rows of a batch in one process"),
            (options => options.Precision = Precision.BFloat16, "only the CPU engine exchanges gradients"),
            (options => options.Loss = Losses.Custom((outputs, targets) => (outputs - targets).pow(2).mean()), "is computed by torch, on a batch as a whole"),
            (options => options.Optimizer = Optimizers.LBFGS(), "evaluates a step's loss as often as it likes"),
        })
        {
            foreach (var (_, failure) in ThreadWorkers.Run(2, workers => JointTraining.Fit("named", ByRows(workers), change)))
            {
                Assert.IsInstanceOfType<InvalidOperationException>(failure, $"{failure}");
                Assert.StartsWith("Workers.Split is WorkSplit.Rows, but ", failure.Message);
                Assert.Contains(reason, failure.Message);
            }
        }
    }

    [TestMethod]
    public void A_rank_that_is_slow_is_named_in_the_log()
    {
        var log = new List<string>();
        ThreadWorkers.Run(3, workers => JointTraining.Fit("named", ByRows(workers), options =>
        {
            if (workers.Rank == 1)
                options.Schedule = Schedules.Custom(point =>
                {
                    Thread.Sleep(point.Step % 2 == 0 ? 60 : 0);
                    return 1;
                });
            else
                options.Schedule = Schedules.Custom(_ => 1);
        }, message =>
        {
            lock (log)
                log.Add(message);
        }));
        Assert.Contains(message => message.StartsWith("Epoch 1: the others waited for rank 1 on test, which computed for ", StringComparison.Ordinal), log);
        Assert.DoesNotContain(message => message.Contains("waited for rank 0", StringComparison.Ordinal) || message.Contains("waited for rank 2", StringComparison.Ordinal), log);
    }

    private static TrainedNetwork[] Run(int count, string name, Action<DenseNetOptions>? change = null) =>
        [.. ThreadWorkers.Run(count, workers => JointTraining.Fit(name, ByRows(workers), change)).Select(end => end.Result ?? throw end.Failure!)];

    private static TrainingWorkers ByRows(TrainingWorkers workers)
    {
        workers.Split = WorkSplit.Rows;
        return workers;
    }
}
