using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.DenseNet;

// All processes that mpiexec starts run this program, line by line. Started without mpiexec, it is the only one.
using var workers = MpiWorkers.Start();
workers.Split = args.Contains("--rows") ? WorkSplit.Rows : WorkSplit.Networks;

// Every process reads the same data and makes the same split: the same seed, or the same file.
var mlContext = new MLContext(seed: 1);
var rows = DenseNetDatasets.MakeClassification(rows: 2000, features: 8, informative: 5, seed: 1).ToDataView(mlContext);
var split = mlContext.Data.TrainTestSplit(rows, testFraction: 0.25);

var log = new List<string>();
mlContext.Log += (_, entry) => log.Add(entry.RawMessage);
var model = mlContext.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options
{
    Workers = workers,
    Effort = Effort.Quick,
    CheckpointDirectory = args is [.., "--checkpoints", var folder] ? folder : null,
}).Fit(split.TrainSet);

// Every process has the model. One is enough to write it.
if (workers.Rank == 0)
{
    foreach (string line in log.Where(line => line.StartsWith("Network ", StringComparison.Ordinal)))
        Console.WriteLine(line);
    var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(split.TestSet));
    Console.WriteLine($"Trained by {workers.Count} {(workers.Count == 1 ? "process" : "processes")}: AUC {metrics.AreaUnderRocCurve:F3}");
    byte[] weights = [.. model.Model.Network.Tensors.SelectMany(tensor => MemoryMarshal.AsBytes(tensor.Values.Span).ToArray())];
    Console.WriteLine($"The model's weights: {Convert.ToHexStringLower(SHA256.HashData(weights))[..16]}");
    mlContext.Model.Save(model, rows.Schema, Path.Combine(AppContext.BaseDirectory, "model.zip"));
}
