using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// Compares the classes that trainers will see with the text in the files. A wrong label type can drop or merge a class without
/// any error, and then all trainers look equally bad.
/// </summary>
internal static class LabelCheck
{
    public static void Run(Dataset dataset)
    {
        string name = dataset.Info.Name;
        var expected = CountText(dataset.Train);
        if (expected.Count != dataset.Info.ClassCount)
            throw new InvalidDataException($"{name}.train.csv has {expected.Count} classes, the manifest says {dataset.Info.ClassCount}.");
        if (dataset.Test.Labels.FirstOrDefault(label => !expected.ContainsKey(label)) is { } unknown)
            throw new InvalidDataException($"{name}.test.csv has the label '{unknown}', which {name}.train.csv lacks.");

        if (dataset.Info.Task == TabularTask.Binary)
        {
            CheckBinary(dataset.Info, dataset.Train, "train");
            CheckBinary(dataset.Info, dataset.Test, "test");
        }
        else
        {
            var mapping = new MLContext().Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(dataset.Train.View);
            CheckKeys(name, dataset.Train, mapping.Transform(dataset.Train.View), "train");
            CheckKeys(name, dataset.Test, mapping.Transform(dataset.Test.View), "test");
        }
    }

    private static void CheckBinary(DatasetInfo info, Table table, string part)
    {
        int expected = table.Labels.Count(label => label == info.PositiveLabel);
        int actual = table.View.GetColumn<bool>(ColumnNames.Label).Count(label => label);
        if (expected == 0 || expected != actual)
            throw new InvalidDataException($"{info.Name}.{part}.csv has {expected} rows with the label '{info.PositiveLabel}', ML.NET sees {actual}; there must be some.");
    }

    private static void CheckKeys(string name, Table table, IDataView mapped, string part)
    {
        var values = KeyNames.Read(mapped.Schema[ColumnNames.Label]);
        var actual = mapped.GetColumn<uint>(ColumnNames.Label).CountBy(key => key).ToDictionary();
        foreach (var (label, count) in CountText(table))
        {
            // Key values count from 1 in the raw column; 0 is a missing label.
            int seen = actual.GetValueOrDefault((uint)(Array.IndexOf(values, label) + 1));
            if (seen != count)
                throw new InvalidDataException($"{name}.{part}.csv has {count} rows of class '{label}', ML.NET sees {seen}.");
        }
    }

    private static Dictionary<string, int> CountText(Table table) => table.Labels.CountBy(label => label).ToDictionary();
}
