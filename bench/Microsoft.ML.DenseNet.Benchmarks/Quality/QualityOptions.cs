using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The command line of <see cref="QualityVerb"/>.</summary>
/// <param name="Data">The folder with manifest.csv and the data.</param>
/// <param name="Out">The folder for results.csv and the predictions.</param>
/// <param name="Trainers">The trainers to run, in this order; null for the default ones.</param>
/// <param name="Datasets">The datasets to run, in this order; null for all in the manifest.</param>
/// <param name="Seeds">The seeds; each trainer runs once with each.</param>
/// <param name="Baselines">A file with other libraries' figures for the summary; null for none.</param>
/// <param name="TuningSeconds">How long a search for hyperparameters takes; null for as long as the default network.</param>
/// <param name="TuningFrom">The folders whose results.csv says how long that was.</param>
/// <param name="Thinning">Which rows to leave out.</param>
internal sealed record QualityOptions(
    string Data,
    string Out,
    IReadOnlyList<string>? Trainers,
    IReadOnlyList<string>? Datasets,
    IReadOnlyList<int> Seeds,
    string? Baselines,
    double? TuningSeconds,
    IReadOnlyList<string> TuningFrom,
    Thinning Thinning)
{
    public static QualityOptions Parse(string[] args)
    {
        var values = VerbOptions.Parse(args, "--data", "--out", "--trainers", "--datasets", "--seeds", "--baselines", "--tuning-seconds", "--tuning-from",
            "--train-rows", "--positives");
        return new QualityOptions(
            values.GetValueOrDefault("--data") ?? throw new UsageException("--data is missing."),
            values.GetValueOrDefault("--out") ?? throw new UsageException("--out is missing."),
            Split(values.GetValueOrDefault("--trainers")),
            Split(values.GetValueOrDefault("--datasets")),
            Split(values.GetValueOrDefault("--seeds"))?.Select(Seed).ToArray() ?? [1],
            values.GetValueOrDefault("--baselines"),
            values.TryGetValue("--tuning-seconds", out string? seconds) ? Seconds(seconds) : null,
            Split(values.GetValueOrDefault("--tuning-from")) ?? [],
            new Thinning(
                values.TryGetValue("--train-rows", out string? rows) ? Rows(rows) : null,
                values.TryGetValue("--positives", out string? share) ? Share(share) : null));
    }

    private static string[]? Split(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct().ToArray();

    private static double Seconds(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && double.IsFinite(seconds) && seconds >= 0
            ? seconds
            : throw new UsageException($"'{text}' is not a number of seconds from 0.");

    private static int Rows(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows > 0
            ? rows
            : throw new UsageException($"'{text}' is not a number of rows from 1.");

    private static double Share(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and < 1
            ? share
            : throw new UsageException($"'{text}' is not a share between 0 and 1.");

    private static int Seed(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seed)
            ? seed
            : throw new UsageException($"'{text}' is not a seed: seeds are whole numbers from 0.");
}
