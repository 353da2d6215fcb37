namespace Microsoft.ML.DenseNet;

/// <summary>Sets rows aside for validation.</summary>
internal static class RowSplitter
{
    /// <summary>Draws a share of the rows; with classes, the same share of each, as closely as whole rows allow.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="fraction">The share to set aside; above 0, below 1.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which rows are drawn.</param>
    /// <exception cref="InvalidOperationException">Too few rows for both parts to have one.</exception>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, double fraction, bool stratify, int seed)
    {
        var labels = rows.Labels.ToArray();
        var isValidation = new bool[labels.Length];
        var random = new Random(seed);
        var groups = stratify
            ? Enumerable.Range(0, labels.Length).GroupBy(row => labels[row]).OrderBy(group => group.Key).Select(group => group.ToArray())
            : [Enumerable.Range(0, labels.Length).ToArray()];

        // Rounding is carried from class to class, so that the total comes out right however small the classes are.
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
            throw EmptyPart(fraction, labels.Length, drawn);
        return (rows.Where(row => !isValidation[row]), rows.Where(row => isValidation[row]));
    }

    /// <summary>The error for a split that leaves no rows to train on, or none to validate on.</summary>
    public static InvalidOperationException EmptyPart(double fraction, long rows, long drawn) =>
        new($"ValidationFraction {fraction} of {rows} rows leaves {rows - drawn} to train on and {drawn} to validate on. Give more rows, another fraction, or 0 for no validation.");

    /// <summary>Deals the rows into equal parts; with classes, each part gets the same share of each.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="count">The number of parts, at least 2.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which rows go where.</param>
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

    /// <summary>Returns the rows outside one part, and those in it.</summary>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, int[] parts, int part) =>
        (rows.Where(row => parts[row] != part), rows.Where(row => parts[row] == part));
}
