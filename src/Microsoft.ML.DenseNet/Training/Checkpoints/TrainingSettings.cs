using System.Globalization;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>Gathers everything that determines a training run's result, to distinguish its checkpoint from those of other runs.</summary>
internal static class TrainingSettings
{
    /// <summary>The longest value written in full; longer ones are cut to their beginning and a fingerprint.</summary>
    private const int LongestText = 200;

    /// <summary>The settings of a model's training runs.</summary>
    /// <param name="plan">What is trained, in all folds.</param>
    /// <param name="data">The rows.</param>
    /// <param name="folds">The most networks that the model may have.</param>
    /// <param name="parts">The number of parts the rows are dealt into, of which a network leaves one out; 1 if it leaves none out.</param>
    /// <param name="work">The work budget for all networks together, which decides how many are trained; null for a single one.</param>
    public static IReadOnlyList<TrainingSetting> Of(TrainingPlan plan, LoadedRows data, int folds, int parts, double? work) =>
    [
        // User-defined code is identified only by its name. The number of threads, and where rows
        // are kept, change no results, except for the rows that a stream is shuffled among.
        new("the version of the package", LibraryVersion.Full),
        new("the task", plan.Task.ToString()),
        new("the network", Shorten(plan.Layout.Layer.ToString())),
        new("the network, layer by layer,", DataFingerprint.Of(LayerJson.ToUtf8(plan.Layout.Layer))),
        new("the number of networks to average", Text(folds)),
        new("the number of parts that rows are dealt to", Text(parts)),
        new($"the columns of categories ({nameof(DenseNetOptions.CategoryColumnNames)})", Shorten(string.Join(", ", plan.Signature.CategoryColumns.Select(column => $"{column.Name}: {column.SlotCount} of {column.KeyCount}")))),
        new($"the column that keeps rows together ({nameof(DenseNetOptions.SamplingKeyColumnName)})", data.Rows.Split.Group?.Name ?? ""),
        new($"the column that orders rows in time ({nameof(DenseNetOptions.TimeColumnName)})", data.Rows.Split.Time?.Name ?? ""),
        new($"the work that decides how many networks are trained ({nameof(DenseNetDefaults.WorkBudget)} and {nameof(DenseNetDefaults.WorkPerRow)})", Text(work)),
        new("the loss", Shorten(plan.Loss.Name)),
        new("the validation loss", Shorten($"{plan.ValidationLoss?.Name}{(plan.CalibratesValidation ? ", calibrated" : "")}")),
        new("the optimizer", plan.Optimizer.Name),
        new("the learning rate", Text(plan.LearningRate)),
        new("the schedule", plan.Schedule.Name),
        new("the weight decay", Text(plan.WeightDecay)),
        new("the weight decay's schedule", plan.WeightDecaySchedule?.Name ?? ""),
        new("the dropout's schedule", plan.DropoutSchedule?.Name ?? ""),
        new("the pace of the layers", Shorten(string.Join(", ", plan.ParameterGroups.Select(group => $"{group.Offset}: {Text(group.LearningRateFactor)} {Text(group.WeightDecayFactor)}")))),
        new("the average of the weights", Text(plan.WeightAveraging)),
        new("the initialization", $"{plan.Initialization}{(plan.InitializesFromData ? " from data" : "")}"),
        new("the model to train on from", plan.Parameters is null ? "" : DataFingerprint.Of(plan.Parameters)),
        new("the number of epochs", Text(plan.NumberOfEpochs)),
        new("the batch size", Text(plan.BatchSize)),
        new("shuffling", plan.Shuffle.ToString()),
        new($"the number of rows among which a stream is shuffled ({nameof(DenseNetOptions.MemoryBudget)})", plan.Shuffle ? Text(data.Stream?.PoolRows) : ""),
        new("the device", plan.Device.ToString()),
        new("the precision", plan.Precision.ToString()),
        new("early stopping", $"{Text(plan.EarlyStoppingRound)} + {Text(plan.EarlyStoppingGrowth)}"),
        new("restoring the best weights", plan.RestoreBestWeights.ToString()),
        new("the limit to the gradient's norm", Text(plan.GradientClipNorm)),
        new("the limit to the gradient's values", Text(plan.GradientClipValue)),
        new("the number of training rows", Text(data.Count)),
        new("the training rows", data.Share is { } share ? DataFingerprint.Of(data.AsRead, data.Count, share.Fingerprint) : (data.Stream is null ? "" : $"a stream ({data.Stream.Fingerprint}), sample ") + DataFingerprint.Of(data.AsRead)),
        new("the validation rows", data.ValidationAsRead is null ? "" : DataFingerprint.Of(data.ValidationAsRead)),

        // What is computed from the rows may round differently for another number of processes.
        new("the conversion of the labels", Shorten(plan.Conversion.Name)),
        new("the scaling of the model to train on from", plan.ContinuesModel ? DataFingerprint.Of(plan.Buffers) : ""),
    ];

    /// <summary>Cuts a long text to its beginning and a fingerprint.</summary>
    public static string Shorten(string text) =>
        text.Length <= LongestText ? text : $"{text[..LongestText]}... ({DataFingerprint.Of(Encoding.UTF8.GetBytes(text))})";

    private static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";
}
