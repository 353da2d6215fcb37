using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML.Data;
using WebApi.Cars;

namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>What ML.NET predicts for the cars of the training data with a model file: what the service must answer.</summary>
internal sealed class CarTruth
{
    private static readonly string DataFile = Path.Combine(Sample.Repository, "samples", "WebApi.Training", "Data", "cars.csv");

    public CarTruth(string modelFile)
    {
        ModelFile = modelFile;
        Version = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(modelFile)))[..12];
        var mlContext = new MLContext();
        var model = mlContext.Model.Load(modelFile, out _);
        var cars = mlContext.Data.LoadFromTextFile<Car>(DataFile, separatorChar: ',', hasHeader: true);
        Prices = [.. model.Transform(cars).GetColumn<float>("Score")];
    }

    /// <summary>The cars as JSON, each as a client sends it.</summary>
    public static string[] Cars { get; } = [.. File.ReadLines(DataFile).Skip(1).Select(line => ToJson(line.Split(',')))];

    public string ModelFile { get; }

    /// <summary>How the service names this model's version.</summary>
    public string Version { get; }

    /// <summary>The prediction for each of <see cref="Cars"/>, by <c>Transform</c>.</summary>
    public float[] Prices { get; }

    private static string ToJson(string[] fields) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"make":"{{fields[0]}}","fuel":"{{fields[1]}}","body":"{{fields[2]}}","drive":"{{fields[3]}}","wheelBase":{{fields[4]}},"curbWeight":{{fields[5]}},"engineSize":{{fields[6]}},"horsepower":{{fields[7]}},"cityMpg":{{fields[8]}}}""");
}
