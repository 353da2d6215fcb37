namespace Microsoft.ML.DenseNet;

/// <summary>Sets rows aside for validation.</summary>
internal static class RowSplitter
{
    /// <summary>Draws a share of the rows; with classes, the same share of each, as near as whole rows allow.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="fraction">The share to set aside; above 0, below 1.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Decides which rows are drawn.</param>
    /// <exception cref="InvalidOperationException">Too few rows for both parts to have one.</exception>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, double fraction, bool stratify, int seed)
    {
        var labels = rows.Labels.ToArray();
        var isValidation = new bool[labels.Length];
        var random = new Random(seed);
        var groups = stratify
            ? Enumerable.Range(0, labels.Length).GroupBy(row => labels[row]).OrderBy(group => group.Key).Select(group => group.ToArray())
            : [Enumerable.Range(0, labels.Length).ToArray()];

        // Rounding is carried from class to class, so that the whole comes out right however small the classes are.
        double owed = 0;
        foreach (int[] group in groups)
        {
            random.Shuffle(group);
            owed += group.Length * fraction;
            int take = Math.Min((int)Math.Round(owed), group.Length);
            owed -= take;
            foreach (int row in group.AsSpan(0, take))
                isValidation[row] = true;
        }

        int drawn = isValidation.Count(flag => flag);
        if (drawn == 0 || drawn == labels.Length)
            throw new InvalidOperationException($"ValidationFraction {fraction} of {labels.Length} rows leaves {labels.Length - drawn} to train on and {drawn} to validate on. Give more rows, another fraction, or 0 for no validation.");
        return (Select(rows, row => !isValidation[row]), Select(rows, row => isValidation[row]));
    }

    /// <summary>Deals the rows out to equal parts; with classes, each part gets the same share of each.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="count">The number of parts, at least 2.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Decides which rows go where.</param>
    /// <returns>The part of each row, from 0.</returns>
    public static int[] Deal(RowSet rows, int count, bool stratify, int seed)
    {
        var labels = rows.Labels.ToArray();
        var parts = new int[labels.Length];
        int[] order = [.. Enumerable.Range(0, labels.Length)];
        new Random(seed).Shuffle(order);
        if (stratify)
            order = [.. order.OrderBy(row => labels[row])]; // stable: shuffled inside each class
        for (int i = 0; i < order.Length; i++)
            parts[order[i]] = i % count;
        return parts;
    }

    /// <summary>The rows outside one part, and those in it.</summary>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, int[] parts, int part) =>
        (Select(rows, row => parts[row] != part), Select(rows, row => parts[row] == part));

    private static RowSet Select(RowSet rows, Func<int, bool> include)
    {
        var blocks = new List<RowBlock>();
        int start = 0;
        foreach (var block in rows.Blocks)
        {
            int first = start;
            int[] chosen = [.. Enumerable.Range(0, block.Rows).Where(row => include(first + row))];
            start += block.Rows;
            if (chosen.Length == 0)
                continue;
            var features = new float[chosen.Length * rows.Width];
            for (int i = 0; i < chosen.Length; i++)
                block.Features.Span.Slice(chosen[i] * rows.Width, rows.Width).CopyTo(features.AsSpan(i * rows.Width));
            blocks.Add(new RowBlock(
                chosen.Length,
                features,
                Array.ConvertAll(chosen, row => block.Labels.Span[row]),
                rows.HasWeights ? Array.ConvertAll(chosen, row => block.Weights.Span[row]) : default(Memory<float>)));
        }

        return new RowSet(rows.Width, rows.HasWeights, blocks);
    }
}
