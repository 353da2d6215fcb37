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
        var owners = new Dictionary<(string Dataset, string Trainer, int Seed), string>();
        var rows = new List<ResultRow>();
        foreach (string folder in folders)
        {
            var own = ResultsFile.ReadExisting(folder);
            foreach (var run in own.Select(row => (row.Dataset, row.Trainer, row.Seed)).Distinct())
            {
                if (!owners.TryAdd(run, folder))
                    throw new UsageException($"{owners[run]} and {folder} both have {run.Trainer} on {run.Dataset} with seed {run.Seed}.");
            }

            rows.AddRange(own);
        }

        QualitySummary.Print(rows, options.TryGetValue("--baselines", out string? baselines) ? Baselines.Read(baselines) : [], writer);
        return 0;
    }
}
