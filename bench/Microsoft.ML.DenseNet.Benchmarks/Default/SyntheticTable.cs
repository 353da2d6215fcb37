using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>
/// Generated datasets of any size, for cost alone: two classes that depend on products, thresholds and categories, with noise. Names are
/// <c>synthetic-ROWSxCOLUMNS</c>, and <c>synthetic-ROWSxCOLUMNS-categories</c> where a quarter of the columns are text.
/// </summary>
internal static class SyntheticTable
{
    private const string Prefix = "synthetic-", WithCategories = "-categories";
    private const int TestRows = 2000;

    /// <summary>What the names look like.</summary>
    public const string Pattern = "synthetic-ROWSxCOLUMNS[-categories]";

    /// <summary>The grid of sizes.</summary>
    public static IReadOnlyList<string> Grid { get; } =
    [
        "synthetic-500x5", "synthetic-500x20", "synthetic-1000x10", "synthetic-5000x10", "synthetic-5000x50", "synthetic-5000x20-categories",
        "synthetic-25000x20", "synthetic-25000x100", "synthetic-100000x10", "synthetic-100000x20-categories",
    ];

    /// <summary>Whether a dataset is generated.</summary>
    public static bool Is(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>Generates a dataset.</summary>
    /// <param name="name">Says the size.</param>
    /// <param name="task">What its label is: two classes, three, or the number that decides the class.</param>
    /// <exception cref="UsageException">The name does not follow the pattern.</exception>
    public static Dataset Create(string name, TabularTask task = TabularTask.Binary)
    {
        bool hasCategories = name.EndsWith(WithCategories, StringComparison.Ordinal);
        string[] size = name[Prefix.Length..(hasCategories ? ^WithCategories.Length : ^0)].Split('x');
        if (size.Length != 2 || !int.TryParse(size[0], out int rows) || !int.TryParse(size[1], out int columns) || rows < 1 || columns < 4)
            throw new UsageException($"'{name}' is not synthetic-ROWSxCOLUMNS with at least 1 row and 4 columns.");
        int categories = hasCategories ? columns / 4 : 0;
        string[] numeric = [.. Enumerable.Range(0, columns - categories).Select(i => $"number{i}")];
        string[] text = [.. Enumerable.Range(0, categories).Select(i => $"category{i}")];
        var info = new DatasetInfo(name, task, rows, TestRows, numeric, text, task == TabularTask.Binary ? 2 : null, "positive");
        return new Dataset(info, Rows(info, rows, seed: 1), Rows(info, TestRows, seed: 2));
    }

    private static Table Rows(DatasetInfo info, int rows, int seed)
    {
        const int Values = 12; // of a category
        var random = new Random(seed);
        float[][] numbers = [.. info.NumericColumns.Select(_ => new float[rows])];
        var categories = info.CategoricalColumns.Select(_ => new ReadOnlyMemory<char>[rows]).ToArray();
        double[] scores = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            foreach (float[] column in numbers)
                column[row] = (random.NextSingle() * 2) - 1;
            double score = (2 * numbers[0][row] * numbers[1][row]) + (numbers[2][row] > 0.2f ? 0.7 : -0.3) + (0.5 * numbers[^1][row]);
            foreach (var column in categories)
            {
                int value = random.Next(Values);
                column[row] = $"value {value}".AsMemory();
                score += value % 3 == 0 ? 0.4 : -0.2;
            }

            scores[row] = score + random.NextDouble() - 0.5;
        }

        TableColumn[] columns =
        [
            .. numbers.Select((values, i) => new TableColumn<float>(info.NumericColumns[i], NumberDataViewType.Single, values)),
            .. categories.Select((values, i) => new TableColumn<ReadOnlyMemory<char>>(info.CategoricalColumns[i], TextDataViewType.Instance, values)),
            Label(info.Task, scores),
        ];
        return new Table([.. scores.Select(score => info.Task == TabularTask.Regression ? score.ToString("R", CultureInfo.InvariantCulture) : ClassOf(info.Task, score))], new TableView(columns));
    }

    private static TableColumn Label(TabularTask task, double[] scores) => task switch
    {
        TabularTask.Binary => new TableColumn<bool>(ColumnNames.Label, BooleanDataViewType.Instance, [.. scores.Select(score => score > 0)]),
        TabularTask.Multiclass => new TableColumn<ReadOnlyMemory<char>>(ColumnNames.Label, TextDataViewType.Instance, [.. scores.Select(score => ClassOf(task, score).AsMemory())]),
        _ => new TableColumn<float>(ColumnNames.Label, NumberDataViewType.Single, [.. scores.Select(score => (float)score)]),
    };

    private static string ClassOf(TabularTask task, double score) => score > 0 ? "positive" : task == TabularTask.Binary || score > -0.5 ? "negative" : "very negative";
}
