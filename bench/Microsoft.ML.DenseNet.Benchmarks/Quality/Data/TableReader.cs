using System.Globalization;
using CsvHelper;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Reads a training or test file. The manifest determines the types; an empty field is a missing value.</summary>
internal static class TableReader
{
    public static Table Read(string path, DatasetInfo info)
    {
        using var csv = CsvFile.Open(path);
        int[] numericFields = FindFields(csv, info.NumericColumns, path);
        int[] categoricalFields = FindFields(csv, info.CategoricalColumns, path);
        int labelField = FindFields(csv, [ColumnNames.Label], path)[0];

        var numbers = Array.ConvertAll(numericFields, _ => new List<float>());
        var categories = Array.ConvertAll(categoricalFields, _ => new List<ReadOnlyMemory<char>>());
        var labels = new List<string>();
        while (csv.Read())
        {
            for (int i = 0; i < numericFields.Length; i++)
                numbers[i].Add(ParseNumber(csv, numericFields[i], path));
            for (int i = 0; i < categoricalFields.Length; i++)
                categories[i].Add(csv.GetString(categoricalFields[i]).AsMemory());
            string label = csv.GetString(labelField);
            labels.Add(label.Length > 0 ? label : throw new InvalidDataException($"{path}, line {csv.LineNumber}: the label is missing."));
        }

        var columns = new List<TableColumn>();
        for (int i = 0; i < numbers.Length; i++)
            columns.Add(new TableColumn<float>(info.NumericColumns[i], NumberDataViewType.Single, [.. numbers[i]]));
        for (int i = 0; i < categories.Length; i++)
            columns.Add(new TableColumn<ReadOnlyMemory<char>>(info.CategoricalColumns[i], TextDataViewType.Instance, [.. categories[i]]));
        columns.Add(CreateLabel(info, labels));
        return new Table(labels, new TableView(columns));
    }

    private static int[] FindFields(CsvReader csv, IReadOnlyList<string> names, string path) =>
        [.. names.Select(name => csv.TryGetFieldIndex(name, out int index) ? index : throw new InvalidDataException($"{path} has no column '{name}'."))];

    private static float ParseNumber(CsvReader csv, int field, string path)
    {
        string text = csv.GetString(field);
        if (text.Length == 0)
            return float.NaN;
        return float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float number)
            ? number
            : throw new InvalidDataException($"{path}, line {csv.LineNumber}: '{text}' in numeric column '{csv.Headers[field]}' is not a number.");
    }

    private static TableColumn CreateLabel(DatasetInfo info, List<string> labels) => info.Task switch
    {
        TabularTask.Binary => new TableColumn<bool>(ColumnNames.Label, BooleanDataViewType.Instance, [.. labels.Select(label => label == info.PositiveLabel)]),
        TabularTask.Multiclass => new TableColumn<ReadOnlyMemory<char>>(ColumnNames.Label, TextDataViewType.Instance, [.. labels.Select(label => label.AsMemory())]),
        _ => new TableColumn<float>(ColumnNames.Label, NumberDataViewType.Single, [.. labels.Select(label => float.Parse(label, CultureInfo.InvariantCulture))]),
    };
}
