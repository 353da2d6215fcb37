namespace Microsoft.ML.DenseNet;

/// <summary>Everything that determines a tuning's trials, with no option left open.</summary>
internal sealed record TrialPlan
{
    public required LearningTask Task { get; init; }

    /// <summary>The user's options.</summary>
    public required DenseNetOptions Options { get; init; }

    /// <summary>The defaults that trials start from.</summary>
    public required DenseNetDefaults Defaults { get; init; }

    public required TuningSpace Space { get; init; }

    public required TuningMetric Metric { get; init; }

    public required TuningSearch Search { get; init; }

    public required int Reduction { get; init; }

    public required int Concurrency { get; init; }

    public required int MaximumTrials { get; init; }

    public required double? MaximumWork { get; init; }

    public required int Seed { get; init; }

    /// <summary>The training rows, as a fingerprint; with steps that differ between trials, those of the first trial.</summary>
    public required string Rows { get; init; }

    /// <summary>Returns what a journal is compared by. How long to search is not part of it.</summary>
    public JournalHeader Header() => new(Seed,
    [
        new("the version of the package", LibraryVersion.Full),
        new("the task", Task.ToString()),
        new("the training rows", Rows),
        new($"the metric ({nameof(DenseNetTuningOptions.Metric)})", Metric.ToString()),
        new($"the search ({nameof(DenseNetTuningOptions.Search)})", Search.ToString()),
        new($"the number of trials under way ({nameof(DenseNetTuningOptions.Concurrency)})", Text(Concurrency)),
        new($"the reduction ({nameof(DenseNetTuningOptions.Reduction)})", Text(Reduction)),
        new($"the space ({nameof(DenseNetTuningOptions.Space)})", Space.ToString()),
        new("the trainer's options", OptionsText.Of(Options, Defaults, Task, isIdentity: true)),
    ]);

    private static string Text(int value) => value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
