using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>
/// Measures the default network's sets of classes on datasets: how often they hold the class of test rows, and how large they are. Beside
/// them, sets that take the probabilities at their word: the most probable classes that have the coverage together.
/// </summary>
internal static class SetMeasurement
{
    private static readonly double[] Coverages = [0.8, 0.9, 0.95];

    public static void Run(string folder, IReadOnlyList<DatasetInfo> infos, int[] seeds)
    {
        Console.WriteLine("| Dataset | Classes | Accuracy | 80 %: covers | classes in a set | 90 %: covers | classes in a set | 95 %: covers | classes in a set | by probability alone, 90 %: covers | classes in a set |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (var info in infos)
        {
            var ml = new MLContext(seed: 1);
            var data = IntervalData.Of(ml, Dataset.Read(folder, info));
            var sets = seeds.SelectMany(seed => Coverages.Select((coverage, i) => (i, Sets: Measure(ml, data, coverage, seed)))).ToList();
            double Mean(int coverage, Func<SetFigures, double> figure) => sets.Where(item => item.i == coverage).Average(item => figure(item.Sets));
            string figures = string.Join(" | ", Coverages.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $"{Mean(i, set => set.Coverage):P1} | {Mean(i, set => set.Size):0.00}")));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {info.Name} | {info.ClassCount} | {Mean(1, set => set.Accuracy):P1} | {figures} | {Mean(1, set => set.PlainCoverage):P1} | {Mean(1, set => set.PlainSize):0.00} |"));
        }
    }

    private static SetFigures Measure(MLContext ml, IntervalData data, double coverage, int seed)
    {
        TrainedNetwork network;
        int[] labels;
        if (data.Info.Task == TabularTask.Binary)
        {
            network = ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { SetCoverage = coverage, Seed = seed }).Fit(data.Train).Model.Network;
            labels = [.. data.Test.GetColumn<bool>(ColumnNames.Label).Select(label => label ? 1 : 0)];
        }
        else
        {
            network = ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { SetCoverage = coverage, Seed = seed }).Fit(data.Train).Model.Network;
            labels = [.. data.Test.GetColumn<uint>(ColumnNames.Label).Select(key => (int)key - 1)];
        }

        var plain = new SetRule(coverage, (float)coverage);
        float[] prediction = new float[network.Layout.OutputWidth];
        bool[] set = new bool[network.ClassCount];
        double covered = 0, size = 0, hits = 0, plainCovered = 0, plainSize = 0;
        float[][] rows = IntervalData.Features(data.Test);
        for (int row = 0; row < rows.Length; row++)
        {
            size += network.PredictSet(rows[row], set);
            covered += labels[row] >= 0 && set[labels[row]] ? 1 : 0;
            network.Predict(rows[row], prediction);
            float[] probabilities = prediction.Length == 1 ? [1 - prediction[0], prediction[0]] : prediction;
            hits += Array.IndexOf(probabilities, probabilities.Max()) == labels[row] ? 1 : 0;
            plainSize += plain.Apply(probabilities, set);
            plainCovered += labels[row] >= 0 && set[labels[row]] ? 1 : 0;
        }

        return new SetFigures(covered / rows.Length, size / rows.Length, hits / rows.Length, plainCovered / rows.Length, plainSize / rows.Length);
    }

    private sealed record SetFigures(double Coverage, double Size, double Accuracy, double PlainCoverage, double PlainSize);
}
