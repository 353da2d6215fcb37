using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>100 rows of 5 features, 3 of them informative, in two classes.</summary>
internal static class Step01Data
{
    public static MLContext MLContext { get; } = new(seed: 0);

    public static ClassificationDataset Rows { get; } = DenseNetDatasets.MakeClassification(rows: 100, features: 5, informative: 3, seed: 0);

    public static IDataView Data { get; } = Rows.ToDataView(MLContext);

    public static void Run()
    {
        Print.Title("1. The data");
        Console.WriteLine($"{Rows.Features.Length} rows of {Rows.Features[0].Length} features: {string.Join(", ", Rows.Roles)}");
        Console.WriteLine($"{Rows.Labels.Count(label => label == 0)} rows of class 0, {Rows.Labels.Count(label => label == 1)} of class 1");
        for (int i = 0; i < 5; i++)
            Console.WriteLine($"{Print.Row(Rows.Features[i])}   class {Rows.Labels[i]}");
        Pictures.Save("data.png", Data.PlotDataset(), width: 560, height: 520);
    }
}
