using System.Runtime.InteropServices;
using Microsoft.ML.DenseNet;

// Predicts with a saved model, compiled ahead of time: MODEL ROWS PREDICTIONS
// ROWS holds a float for each of the network's inputs and each row, little-endian; PREDICTIONS receives a float for each output.
var network = TrainedNetwork.Load(args[0]);
float[] values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[1])).ToArray();
int rows = values.Length / network.Layout.InputWidth;
float[] predictions = new float[rows * network.Layout.OutputWidth];
for (int row = 0; row < rows; row++)
{
    network.Predict(
        values.AsSpan(row * network.Layout.InputWidth, network.Layout.InputWidth),
        predictions.AsSpan(row * network.Layout.OutputWidth, network.Layout.OutputWidth));
}

File.WriteAllBytes(args[2], MemoryMarshal.AsBytes(predictions.AsSpan()));
Console.WriteLine(network);

// The other formats, so that they are compiled and tried too.
using var stream = new MemoryStream();
network.SaveSafetensors(stream);
stream.Position = 0;
float[] block = new float[predictions.Length];
TrainedNetwork.LoadSafetensors(stream).PredictBlock(values, rows, block);
Console.WriteLine(block.AsSpan().SequenceEqual(predictions) ? "The block is the same." : "The block differs.");

// Explanations, against the first row.
using var explainer = network.CreateExplainer(new ExplanationOptions { Background = new BackgroundRows(values.AsSpan(0, network.Layout.InputWidth), network.Layout.InputWidth) });
var explanation = explainer.Explain(values.AsSpan((rows - 1) * network.Layout.InputWidth, network.Layout.InputWidth));
double sum = explanation.BaseValue;
foreach (float contribution in explanation.Contributions)
    sum += contribution;
Console.WriteLine(Math.Abs(sum - explanation.Score) <= 1e-4 * (1 + Math.Abs(explanation.Score)) ? "The contributions add up." : "The contributions do not add up.");
