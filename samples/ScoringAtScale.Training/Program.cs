using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using ScoringAtScale.Training;

// Makes what the other programs need, in a folder: model.zip, model.onnx, rows/*.csv, and in transform.csv what ML.NET itself predicts.
const int Files = 8, RowsPerFile = 2500;
string folder = Directory.CreateDirectory(args is [var path] ? path : "scoring").FullName;
string Beside(params string[] names) => Path.Combine([folder, .. names]);

var mlContext = new MLContext(seed: 1);
var train = mlContext.Data.LoadFromEnumerable(Row.Create(2000, seed: 1));
var model = mlContext.Transforms.Concatenate("Features", nameof(Row.Age), nameof(Row.Income), nameof(Row.Debt))
    .Append(mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { Effort = Effort.Quick }))
    .Fit(train);
mlContext.Model.SaveModel(model, train.Schema, Beside("model.zip"));
model.LastTransformer.SaveAsOnnx(Beside("model.onnx"));

var rows = Row.Create(Files * RowsPerFile, seed: 2);
Directory.CreateDirectory(Beside("rows"));
for (int file = 0; file < Files; file++)
{
    File.WriteAllLines(Beside("rows", $"part-{file:D3}.csv"),
    [
        "Id,Age,Income,Debt",
        .. rows.Skip(file * RowsPerFile).Take(RowsPerFile).Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Id},{row.Age},{(float.IsNaN(row.Income) ? "" : row.Income)},{row.Debt}")),
    ]);
}

var scored = model.Transform(mlContext.Data.LoadFromEnumerable(rows));
File.WriteAllLines(Beside("transform.csv"),
[
    "Id,Probability",
    .. rows.Zip(scored.GetColumn<float>("Probability"), (row, probability) => string.Create(CultureInfo.InvariantCulture, $"{row.Id},{probability}")),
]);
Console.WriteLine($"{rows.Length} rows in {Files} files");
