namespace Microsoft.ML.DenseNet;

/// <summary>Sets rows aside for validation.</summary>
internal static class RowSplitter
{
    /// <summary>
    /// Sets a share of the rows aside: the latest ones if rows have times, whole groups if they have groups, otherwise rows drawn at random;
    /// with classes, the same share of each, as closely as whole rows or groups allow.
    /// </summary>
    /// <param name="rows">All rows.</param>
    /// <param name="fraction">The share to set aside; above 0, below 1.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which rows are drawn.</param>
    /// <exception cref="InvalidOperationException">Too few rows, groups or times for both parts to have one.</exception>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, double fraction, bool stratify, int seed)
    {
        var sides = Sides(rows, fraction, stratify, seed);
        return (rows.Where(row => sides[row] == RowSide.Training), rows.Where(row => sides[row] == RowSide.Validation));
    }

    /// <summary>Decides the same, by the rows' labels, groups and times alone.</summary>
    /// <inheritdoc cref="Split(RowSet, double, bool, int)"/>
    /// <returns>Each row's side.</returns>
    public static RowSide[] Sides(RowSet rows, double fraction, bool stratify, int seed)
    {
        if (rows.Split.Time is not null)
            return TimeSplitter.Split(rows, fraction);
        if (rows.Split.Group is not null)
            return [.. Dealer(rows, stratify, seed).Deal(fraction, 1 - fraction).Select(part => part == 0 ? RowSide.Validation : RowSide.Training)];
        return Draw(rows, fraction, stratify, seed);
    }

    private static RowSide[] Draw(RowSet rows, double fraction, bool stratify, int seed)
    {
        var labels = rows.Labels.ToArray();
        var sides = new RowSide[labels.Length];
        Array.Fill(sides, RowSide.Training);
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
                sides[row] = RowSide.Validation;
        }

        int drawn = sides.Count(side => side == RowSide.Validation);
        if (drawn == 0 || drawn == labels.Length)
            throw EmptyPart(fraction, labels.Length, drawn);
        return sides;
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

    /// <summary>Deals whole groups of rows into parts that are as equal as groups allow; with classes, each part gets the same share of each.</summary>
    /// <param name="rows">All rows, with groups.</param>
    /// <param name="most">The number of parts; fewer if there are fewer groups.</param>
    /// <param name="stratify">Whether labels are classes.</param>
    /// <param name="seed">Determines which groups go where.</param>
    /// <param name="count">The number of parts.</param>
    /// <param name="largest">The number of rows in the last part, the largest.</param>
    /// <returns>The part of each row, from 0; larger parts have higher numbers.</returns>
    /// <exception cref="InvalidOperationException">There is a single group.</exception>
    public static int[] DealGroups(RowSet rows, int most, bool stratify, int seed, out int count, out int largest)
    {
        var dealer = Dealer(rows, stratify, seed);
        count = Math.Min(most, dealer.GroupCount);
        double[] shares = new double[count];
        Array.Fill(shares, 1.0 / count);
        int[] parts = dealer.Deal(shares);

        var sizes = new int[count];
        foreach (int part in parts)
            sizes[part]++;
        int[] bySize = [.. Enumerable.Range(0, count).OrderBy(part => sizes[part])]; // stable
        var places = new int[count];
        for (int i = 0; i < count; i++)
            places[bySize[i]] = i;
        largest = sizes.Max();
        return [.. parts.Select(part => places[part])];
    }

    /// <summary>Returns the rows outside one part, and those in it.</summary>
    public static (RowSet Training, RowSet Validation) Split(RowSet rows, int[] parts, int part) =>
        (rows.Where(row => parts[row] != part), rows.Where(row => parts[row] == part));

    private static GroupDealer Dealer(RowSet rows, bool stratify, int seed)
    {
        var dealer = new GroupDealer(rows, stratify, seed);
        return dealer.GroupCount > 1
            ? dealer
            : throw new InvalidOperationException($"Column '{rows.Split.Group!.Value.Name}' (SamplingKeyColumnName) has the same value in all {rows.Count} rows: they are one group, so that none can validate the others. Name a column with several values, or none.");
    }
}
