using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

// Predicts the rows of a training with ML.NET, through a PredictionEngine and through Transform.
string folder = args[0];
var mlContext = new MLContext();
var model = mlContext.Model.Load(Path.Combine(folder, "model.zip"), out _);
Input[] rows = [.. File.ReadLines(Path.Combine(folder, "rows.csv")).Select(Input.Parse)];

float[] transformed = [.. model.Transform(mlContext.Data.LoadFromEnumerable(rows)).GetColumn<float>("Probability")];
var engine = mlContext.Model.CreatePredictionEngine<Input, Output>(model);
for (int row = 0; row < rows.Length; row++)
{
    if (engine.Predict(rows[row]).Probability != transformed[row])
        throw new InvalidOperationException($"Row {row}: the engine and Transform differ.");
    Console.WriteLine(transformed[row].ToString("R", CultureInfo.InvariantCulture));
}

internal sealed class Input
{
    [VectorType(5)]
    public float[] Features { get; set; } = [];

    public static Input Parse(string line) =>
        new() { Features = [.. line.Split(',').SkipLast(1).Select(value => float.Parse(value, CultureInfo.InvariantCulture))] };
}

internal sealed class Output
{
    public float Probability { get; set; }
}
