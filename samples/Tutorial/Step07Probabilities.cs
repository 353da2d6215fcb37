using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>Looks into the training every 20 epochs: how the probabilities of some rows move towards their class.</summary>
internal static class Step07Probabilities
{
    public static void Run()
    {
        Print.Title("7. Probabilities while training");
        var rows = Step01Data.Rows.Features.Zip(Step01Data.Rows.Labels).ToArray();
        var shown = rows.Where(row => row.Second == 0).Take(3).Concat(rows.Where(row => row.Second == 1).Take(3)).ToArray();
        Console.WriteLine($"class      {string.Join("  ", shown.Select(row => $"{row.Second,7}"))}");

        var options = Step02Network.Options(epochs: 220);
        options.Progress = progress =>
        {
            if (progress.Epoch % 20 == 0)
                Console.WriteLine($"epoch {progress.Epoch,3}  {Print.Row(Probabilities(progress.TakeSnapshot(), shown.Select(row => row.First)))}");
        };
        var recorder = new ProbabilityRecorder(Step01Data.Data, maximumRows: 40, everyEpochs: 20);
        options.Observers.Add(recorder);
        Step01Data.MLContext.BinaryClassification.Trainers.DenseNet(options).Fit(Step01Data.Data);

        Pictures.Save("probabilities.png", recorder.PlotProbabilities());
        Pictures.Save("probability-evolution.png", recorder.PlotProbabilityEvolution());
    }

    private static IEnumerable<float> Probabilities(TrainedNetwork network, IEnumerable<float[]> rows)
    {
        float[] probability = new float[1];
        foreach (float[] row in rows)
        {
            network.Predict(row, probability);
            yield return probability[0];
        }
    }
}
