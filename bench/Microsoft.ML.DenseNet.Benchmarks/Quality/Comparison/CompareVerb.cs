namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Compares two folders that the verb quality wrote: what a change brought, and where it harmed.</summary>
internal sealed class CompareVerb(TextWriter writer) : IVerb
{
    private const string DefaultTrainer = "densenet";

    public string Usage =>
        $"""
        compare <before> <after> [--trainer <name>] [--trainer-before <name>]
            <before> <after>   folders with a results.csv that the verb quality wrote
            --trainer          the trainer to compare (default {DefaultTrainer}, or the only one)
            --trainer-before   its name in the folder before, if another (default: as --trainer where that exists, or the only one)
        """;

    public int Run(string[] args)
    {
        if (args.Length < 2 || args[0].StartsWith('-') || args[1].StartsWith('-'))
            throw new UsageException("Two folders are needed.");
        var options = VerbOptions.Parse(args[2..], "--trainer", "--trainer-before");
        var before = ResultsFile.ReadExisting(args[0]);
        var after = ResultsFile.ReadExisting(args[1]);
        string trainer = Choose(after, args[1], options.GetValueOrDefault("--trainer"), DefaultTrainer);
        string trainerBefore = Choose(before, args[0], options.GetValueOrDefault("--trainer-before"), trainer);

        var comparison = new FolderComparison([.. before.Where(row => row.Trainer == trainerBefore)], [.. after.Where(row => row.Trainer == trainer)]);
        if (comparison.Changes.Count == 0)
            throw new UsageException($"{args[0]} and {args[1]} have no dataset and seed in common.");
        writer.WriteLine($"### From {trainerBefore} in {args[0]} to {trainer} in {args[1]}");
        writer.WriteLine();
        new FolderComparisonPrinter(comparison, writer).Print();
        return 0;
    }

    private static string Choose(IReadOnlyList<ResultRow> rows, string folder, string? asked, string preferred)
    {
        string[] trainers = [.. rows.Select(row => row.Trainer).Distinct()];
        string? chosen = asked ?? (trainers.Contains(preferred) ? preferred : trainers.Length == 1 ? trainers[0] : null);
        return chosen is not null && trainers.Contains(chosen)
            ? chosen
            : throw new UsageException($"{(chosen is null ? "Which trainer is meant?" : $"There is no trainer '{chosen}' in {folder}.")} {folder} has {string.Join(", ", trainers)}.");
    }
}
