namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>A dataset in memory, checked against its manifest.</summary>
internal sealed record Dataset(DatasetInfo Info, Table Train, Table Test)
{
    public static Dataset Read(string folder, DatasetInfo info)
    {
        var dataset = new Dataset(
            info,
            TableReader.Read(Path.Combine(folder, $"{info.Name}.train.csv"), info),
            TableReader.Read(Path.Combine(folder, $"{info.Name}.test.csv"), info));
        dataset.CheckRows(dataset.Train, info.TrainRows, "train");
        dataset.CheckRows(dataset.Test, info.TestRows, "test");
        if (info.Task != TabularTask.Regression)
            LabelCheck.Run(dataset);
        return dataset;
    }

    private void CheckRows(Table table, int expected, string part)
    {
        if (table.Labels.Count != expected)
            throw new InvalidDataException($"{Info.Name}.{part}.csv has {table.Labels.Count} rows, the manifest says {expected}.");
    }
}
