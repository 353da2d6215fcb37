using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Mpi.TestHost;

/// <summary>Short trainings, the same in every process that makes them.</summary>
internal static class JointTraining
{
    public const int Epochs = 6;

    /// <summary>The names of the trainings whose networks are divided among processes.</summary>
    public static string[] OfNetworks { get; } = ["binary", "multiclass", "regression", "time", "groups", "int8", "budget", "weights", "named", "validation", "stream"];

    /// <summary>The names of the trainings whose rows are divided among processes.</summary>
    public static string[] OfRows { get; } = ["named", "binary", "multiclass", "regression", "weights", "time", "dropout", "clipped", "categories", "lazy", "members", "validation", "named regression", "share by weight", "share by group", "share by time", "stream in order"];

    /// <summary>Trains.</summary>
    /// <param name="name">One of the names.</param>
    /// <param name="workers">The processes; null for this one alone.</param>
    /// <param name="change">Changes the options.</param>
    /// <param name="log">Receives ML.NET's log.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="order">The numbers of the rows to give, in order; null for all.</param>
    public static TrainedNetwork Fit(string name, TrainingWorkers? workers, Action<DenseNetOptions>? change = null, Action<string>? log = null, int rows = 300, IEnumerable<int>? order = null)
    {
        var mlContext = new MLContext(seed: 5);
        mlContext.Log += (_, entry) => log?.Invoke(entry.RawMessage);
        void Set(DenseNetOptions options)
        {
            (options.Workers, options.NumberOfEpochs, options.NumberOfThreads) = (workers, Epochs, 1);
            Special(name, options);
            change?.Invoke(options);
        }

        var classes = DenseNetDatasets.MakeClassification(rows: rows, features: 6, informative: 4, classes: name == "multiclass" ? 3 : 2, seed: 3);
        JointRow[] all = [.. classes.Features.Select((features, i) => new JointRow
        {
            Features = features,
            Flag = classes.Labels[i] > 0,
            Number = features[0] + (2 * features[1]) - features[2],
            Weight = 1 + (i % 3),
            Moment = i / 2,
            Group = (uint)(i % 37),
            Kind = (uint)(i * 7 % 5),
            Words = Words(i),
        })];
        var table = mlContext.Data.LoadFromEnumerable(order?.Select(i => all[i]) ?? all);
        switch (name)
        {
            case "multiclass":
                var multiclass = new DenseNetMulticlassTrainer.Options();
                Set(multiclass);
                var keyed = classes.ToDataView(mlContext);
                return mlContext.MulticlassClassification.Trainers.DenseNet(multiclass).Fit(keyed).Model.Network;
            case "regression" or "named regression":
                var regression = new DenseNetRegressionTrainer.Options { LabelColumnName = nameof(JointRow.Number) };
                Set(regression);
                return mlContext.Regression.Trainers.DenseNet(regression).Fit(table).Model.Network;
            default:
                var binary = new DenseNetBinaryTrainer.Options { LabelColumnName = nameof(JointRow.Flag) };
                Set(binary);
                var trainer = mlContext.BinaryClassification.Trainers.DenseNet(binary);
                return (name == "validation" ? trainer.Fit(table, mlContext.Data.TakeRows(table, 50)) : trainer.Fit(table)).Model.Network;
        }
    }

    private static void Special(string name, DenseNetOptions options)
    {
        var defaults = DenseNetDefaults.For(LearningTask.BinaryClassification);
        switch (name)
        {
            case "time":
                options.TimeColumnName = nameof(JointRow.Moment);
                break;
            case "groups":
                options.SamplingKeyColumnName = nameof(JointRow.Group);
                break;
            case "int8":
                options.Quantization = NetworkQuantization.Int8;
                break;
            case "budget":
                // Room for two networks and a bit: how many are trained depends on when the first ones stop.
                (options.NumberOfEpochs, options.EarlyStoppingRound) = (12, 2);
                options.Defaults = defaults with { WorkBudget = 1e8, WorkPerRow = 0 };
                break;
            case "weights":
                options.ExampleWeightColumnName = nameof(JointRow.Weight);
                break;
            case "named" or "named regression":
                options.HiddenUnits = [8, 4];
                break;
            case "dropout":
                options.Network = Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Dropout(0.3f), Layer.Linear(8), Layer.Tanh, Layer.Dropout(0.2f));
                break;
            case "clipped":
                (options.HiddenUnits, options.GradientClipNorm, options.GradientClipValue, options.Optimizer) = ([8], 0.1, 0.05, Optimizers.SGD(momentum: 0.9));
                break;
            case "categories":
                (options.CategoryColumnNames, options.HiddenUnits) = ([nameof(JointRow.Kind)], [8]);
                break;
            case "lazy":
                (options.FeatureColumnName, options.HiddenUnits) = (nameof(JointRow.Words), [8]);
                break;
            case "members":
                (options.HiddenUnits, options.EnsembleSize) = ([8], 3);
                break;
            case "stream in order":
                (options.DataPlacement, options.Shuffle, options.HiddenUnits, options.BatchSize) = (DataPlacement.Stream, false, [8], 42);
                break;
            case "stream by weight":
                (options.DataPlacement, options.ExampleWeightColumnName, options.HiddenUnits) = (DataPlacement.Stream, nameof(JointRow.Weight), [8]);
                break;
            case "share by weight":
                (options.HiddenUnits, options.ExampleWeightColumnName, options.ValidationFraction) = ([8], nameof(JointRow.Weight), 0.2);
                break;
            case "share by group":
                (options.HiddenUnits, options.SamplingKeyColumnName, options.ValidationFraction) = ([8], nameof(JointRow.Group), 0.2);
                break;
            case "share by time":
                (options.HiddenUnits, options.TimeColumnName, options.ValidationFraction) = ([8], nameof(JointRow.Moment), 0.2);
                break;
            case "stream":
                options.DataPlacement = DataPlacement.Stream;
                break;
        }
    }

    private static VBuffer<float> Words(int row)
    {
        var random = new Random(row);
        int[] slots = [.. Enumerable.Range(0, 6).Select(_ => random.Next(JointRow.WordCount)).Distinct().Order()];
        return new VBuffer<float>(JointRow.WordCount, slots.Length, [.. slots.Select(_ => random.NextSingle())], slots);
    }
}
