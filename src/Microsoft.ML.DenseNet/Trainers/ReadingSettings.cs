using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>What several processes must agree on before they read: the columns, and what decides how they divide the reading.</summary>
internal static class ReadingSettings
{
    /// <summary>The settings of this process.</summary>
    /// <param name="options">The options.</param>
    /// <param name="environment">What the fit runs with.</param>
    /// <param name="data">The data.</param>
    /// <param name="isDefault">Whether the default network is trained.</param>
    public static CheckpointHeader Of(DenseNetOptions options, FitEnvironment environment, TrainContext data, bool isDefault)
    {
        var (columns, signature, workers) = (data.TrainingSet.Schema, environment.Signature, options.Workers!);
        var features = columns.Feature!.Value;
        List<TrainingSetting> settings =
        [
            new("the version of the package", LibraryVersion.Full),
            new($"what the processes divide among themselves ({nameof(TrainingWorkers)}.{nameof(workers.Split)})", workers.Split.ToString()),
            new($"which rows each process gives ({nameof(TrainingWorkers)}.{nameof(workers.Data)})", workers.Data.ToString()),
            new($"the type of column '{features.Name}'", features.Type.ToString() ?? ""),
            new("the names of the features", Names(signature.FeatureNames)),
            new("the features that are one-hot blocks", TrainingSettings.Shorten(string.Join(", ", VectorAnnotations.OneHotBlocks(features, (features.Type as VectorDataViewType)?.Size ?? 1)))),
            new("the columns of categories", TrainingSettings.Shorten(string.Join(", ", signature.CategoryColumns.Select(column => $"{column.Name}: {column.SlotCount} of {column.KeyCount}, {Names(column.KeyValues)}")))),
            new($"the type of column '{columns.Label!.Value.Name}'", columns.Label.Value.Type.ToString() ?? ""),
            new("the names of the classes", Names(signature.ClassNames)),
            new("the column of weights", columns.Weight?.Name ?? ""),
            new($"whether the model keeps statistics ({nameof(options.StoreStatistics)})", options.StoreStatistics.ToString()),
        ];
        if (workers.Split == WorkSplit.Rows)
        {
            settings.AddRange(
            [
                new("the default network", isDefault.ToString()),
                new($"the share of the rows to validate on ({nameof(options.ValidationFraction)})", options.ValidationFraction?.ToString(CultureInfo.InvariantCulture) ?? ""),
                new("the presence of validation data", (data.ValidationSet is not null).ToString()),
                new($"where rows are kept ({nameof(options.DataPlacement)})", options.DataPlacement.ToString()),
                new($"the column that keeps rows together ({nameof(options.SamplingKeyColumnName)})", options.SamplingKeyColumnName ?? ""),
                new($"the column that orders rows in time ({nameof(options.TimeColumnName)})", options.TimeColumnName ?? ""),
            ]);
        }

        return new CheckpointHeader(environment.Seed, 1, settings);
    }

    private static string Names(IReadOnlyList<string>? names) => names is null ? "" : TrainingSettings.Shorten(string.Join(", ", names));
}
