namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Prints the summary of several folders that the verb quality wrote, each on a part of the datasets or with some of the trainers.</summary>
internal sealed class QualitySummaryVerb(TextWriter writer) : IVerb
{
    public string Usage =>
        """
        quality-summary --out <folder>,<folder>,... [--baselines <csv>]
            --out        folders with a results.csv; none may repeat another's dataset, trainer and seed
            --baselines  a CSV file of other libraries' figures, to rank with these
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--out", "--baselines");
        string[] folders = options.GetValueOrDefault("--out")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? throw new UsageException("--out is missing.");
        QualitySummary.Print(ResultsFile.ReadTogether(folders), options.TryGetValue("--baselines", out string? baselines) ? Baselines.Read(baselines) : [], writer);
        return 0;
    }
}
