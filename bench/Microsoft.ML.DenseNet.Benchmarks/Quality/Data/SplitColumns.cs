namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The columns of groups and of times in the datasets that have some; the manifest does not name them.</summary>
/// <param name="Group">The column of the groups; null for none.</param>
/// <param name="Time">The columns of the times, the one that counts most first; empty for none.</param>
internal sealed record SplitColumns(string? Group, IReadOnlyList<string> Time)
{
    private static readonly Dictionary<string, SplitColumns> Known = new()
    {
        ["bike_hour"] = new(null, ["yr", "mnth", "hr"]),
        ["exam"] = new("school", []),
        ["txhousing"] = new("city", ["year", "month"]),
    };

    /// <summary>The column of a dataset's groups and times.</summary>
    public static SplitColumns Of(DatasetInfo info) => Known.GetValueOrDefault(info.Name) ?? new(null, []);

    /// <summary>Copies the columns to <see cref="ColumnNames.Group"/> and <see cref="ColumnNames.Time"/>, before they are made features.</summary>
    public IEstimator<ITransformer>? Copy(MLContext ml)
    {
        IEstimator<ITransformer>? group = Group is null ? null : ml.Transforms.CopyColumns(ColumnNames.Group, Group);
        IEstimator<ITransformer>? time = Time.Count == 0 ? null : ml.Transforms.Concatenate(ColumnNames.Time, [.. Time]);
        return group is not null && time is not null ? group.Append(time) : group ?? time;
    }
}
