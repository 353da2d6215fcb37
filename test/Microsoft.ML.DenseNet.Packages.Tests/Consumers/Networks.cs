using System.Globalization;
using Microsoft.ML.DenseNet;

// Predicts the rows of a training without ML.NET.
string folder = args[0];
var network = TrainedNetwork.Load(Path.Combine(folder, "model.zip"));
Span<float> probability = stackalloc float[1];
foreach (string line in File.ReadLines(Path.Combine(folder, "rows.csv")))
{
    float[] features = [.. line.Split(',').SkipLast(1).Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
    network.Predict(features, probability);
    Console.WriteLine(probability[0].ToString("R", CultureInfo.InvariantCulture));
}
