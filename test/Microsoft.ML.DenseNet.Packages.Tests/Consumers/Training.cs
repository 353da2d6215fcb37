using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

// Trains, and leaves in the folder that it is given: model.zip, loss.png, and rows.csv with each row's features and probability.
string folder = args[0];
var mlContext = new MLContext(seed: 1);
var dataset = DenseNetDatasets.MakeClassification(rows: 200, features: 5);
var rows = dataset.ToDataView(mlContext);
var model = mlContext.BinaryClassification.Trainers.DenseNet(hiddenUnits: [16, 8], numberOfEpochs: 20).Fit(rows);

mlContext.Model.SaveModel(model, rows.Schema, Path.Combine(folder, "model.zip"));
model.Model.Network.History.PlotLoss().Save(Path.Combine(folder, "loss.png"));

float[] probabilities = [.. model.Transform(rows).GetColumn<float>("Probability")];
File.WriteAllLines(
    Path.Combine(folder, "rows.csv"),
    dataset.Features.Zip(probabilities, (features, probability) =>
        string.Join(',', features.Append(probability).Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));

// Torch computes a network with BatchNorm: the native library is there, and loads.
var withTorch = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
{
    Network = Layer.Sequential(Layer.BatchNorm(), Layer.Linear(8), Layer.ReLU, Layer.Linear(1)),
    NumberOfEpochs = 2,
});
Console.WriteLine(withTorch.Fit(rows).Model.Network.History.Count);
