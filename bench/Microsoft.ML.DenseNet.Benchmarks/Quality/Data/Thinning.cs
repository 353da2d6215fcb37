namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Makes small and rare-class variants of a dataset: fewer training rows, and fewer positives in both files.</summary>
/// <param name="TrainRows">How many training rows to keep; null for as many as there are.</param>
/// <param name="Positives">The share of positives to reach by leaving some out, between 0 and 1; null for the dataset's own. Two classes only.</param>
internal sealed record Thinning(int? TrainRows, double? Positives)
{
    /// <summary>Draws the rows to keep; another seed gives another sample.</summary>
    public Dataset Apply(Dataset dataset, int seed)
    {
        if (this is { TrainRows: null, Positives: null })
            return dataset;
        var random = new Random(seed);
        var train = Keep(dataset.Train, Draw(dataset.Train.Labels, dataset.Info, TrainRows, random));
        var test = Positives is null ? dataset.Test : Keep(dataset.Test, Draw(dataset.Test.Labels, dataset.Info, null, random));
        return dataset with { Info = dataset.Info with { TrainRows = train.Labels.Count, TestRows = test.Labels.Count }, Train = train, Test = test };
    }

    private bool[] Draw(IReadOnlyList<string> labels, DatasetInfo info, int? rows, Random random)
    {
        int[] order = [.. Enumerable.Range(0, labels.Count)];
        random.Shuffle(order);
        IEnumerable<int> kept = order;
        if (Positives is double share)
        {
            int[] positives = [.. order.Where(row => labels[row] == info.PositiveLabel)];
            int[] negatives = [.. order.Where(row => labels[row] != info.PositiveLabel)];
            int total = Math.Min(rows ?? int.MaxValue, Math.Min((int)(negatives.Length / (1 - share)), (int)(positives.Length / share)));
            int few = (int)Math.Round(total * share);
            kept = [.. positives.Take(few), .. negatives.Take(total - few)];
        }
        else if (rows is int count)
        {
            kept = order.Take(count);
        }

        bool[] keep = new bool[labels.Count];
        foreach (int row in kept)
            keep[row] = true;
        return keep;
    }

    private static Table Keep(Table table, bool[] keep) =>
        new([.. table.Labels.Where((_, row) => keep[row])], new RowSubset(table.View, keep));
}
