using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>What several processes must agree on beyond what a checkpoint depends on.</summary>
internal static class JointSettings
{
    /// <summary>Adds what is computed from the rows, and the options that change the model after its networks are trained.</summary>
    public static CheckpointHeader With(this CheckpointHeader header, DenseNetOptions options, TrainingPlan plan) => header with
    {
        Settings =
        [
            .. header.Settings,
            new($"the numbers that the model predicts with ({nameof(options.Quantization)})", options.Quantization.ToString()),
            new("the coverage of intervals or sets (IntervalCoverages, SetCoverage)", string.Join(", ", CoverageOption.Of(options).Coverages.Select(coverage => coverage.ToString(CultureInfo.InvariantCulture)))),
            new($"the number of rows that the model keeps ({nameof(options.NumberOfBackgroundRows)})", options.NumberOfBackgroundRows.ToString(CultureInfo.InvariantCulture)),
            .. options.Workers!.Split == WorkSplit.Rows ? [new TrainingSetting("the processor's vectors", VectorWidths.Widest.ToString())] : Array.Empty<TrainingSetting>(),
            new("the scaling", DataFingerprint.Of(plan.Buffers)),
        ],
    };
}
