namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>The tables at the end of the verbs quality and quality-summary.</summary>
internal static class QualitySummary
{
    /// <summary>Prints them.</summary>
    /// <param name="rows">The results.</param>
    /// <param name="baselines">Other libraries' figures.</param>
    /// <param name="writer">Where to.</param>
    public static void Print(IReadOnlyList<ResultRow> rows, IReadOnlyList<ResultRow> baselines, TextWriter writer)
    {
        var datasets = rows.Select(row => row.Dataset).ToHashSet();
        new ScoreboardPrinter(new Scoreboard([.. rows, .. baselines.Where(row => datasets.Contains(row.Dataset))]), writer).Print();
    }
}
