using System.Globalization;
using Microsoft.ML.DenseNet;
using nietras.SeparatedValues;

// Predicts the rows of a CSV file with a saved model: ScoringAtScale MODEL < ROWS > PREDICTIONS
// The columns that the model knows by name are its features, an empty one is a missing value, and all others, such as a key, are copied.
const int BlockRows = 1024;
if (args is not [var path])
{
    Console.Error.WriteLine("Usage: ScoringAtScale MODEL < ROWS > PREDICTIONS");
    return 2;
}

try
{
    Score(TrainedNetwork.Load(path));
    return 0;
}
catch (Exception failure) when (failure is IOException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}

static void Score(TrainedNetwork network)
{
    using var reader = Sep.New(',').Reader(options => options with { Unescape = true }).From(Console.OpenStandardInput());
    using var writer = Sep.New(',').Writer(options => options with { Escape = true }).To(Console.OpenStandardOutput());
    var names = network.FeatureNames ?? throw new InvalidOperationException("The model does not say what its features are called: train it on columns that are concatenated by name.");
    int[] features = [.. names.Select(reader.Header.IndexOf)]; // throws if one is missing
    string[] copied = [.. reader.Header.ColNames.Except(names)], predicted = Outputs(network);
    float[] values = new float[BlockRows * features.Length], predictions = new float[BlockRows * predicted.Length];
    var keys = new List<string[]>(BlockRows);
    foreach (var row in reader)
    {
        for (int i = 0; i < features.Length; i++)
            values[(keys.Count * features.Length) + i] = Parse(row[features[i]].Span, names[i], row.LineNumberFrom);
        keys.Add([.. row[copied].ToStringsArray()]);
        if (keys.Count == BlockRows)
            WriteBlock();
    }

    WriteBlock();

    void WriteBlock()
    {
        network.PredictBlock(values.AsSpan(0, keys.Count * features.Length), keys.Count, predictions.AsSpan(0, keys.Count * predicted.Length));
        for (int i = 0; i < keys.Count; i++)
        {
            using var line = writer.NewRow();
            line[copied].Set(keys[i]);
            for (int output = 0; output < predicted.Length; output++)
                line[predicted[output]].Format(predictions[(i * predicted.Length) + output]);
        }

        keys.Clear();
    }
}

static float Parse(ReadOnlySpan<char> text, string column, int line) =>
    text.IsEmpty ? float.NaN
    : float.TryParse(text, CultureInfo.InvariantCulture, out float value) ? value
    : throw new FormatException($"Line {line}: {column} is '{text}', which is not a number.");

// The names of the columns that are added.
static string[] Outputs(TrainedNetwork network) => network.Task switch
{
    LearningTask.BinaryClassification => ["Probability"],
    LearningTask.MulticlassClassification => [.. Enumerable.Range(0, network.Layout.OutputWidth).Select(i => $"Probability.{network.ClassNames?[i] ?? $"{i}"}")],
    _ => network.Layout.OutputWidth == 1 ? ["Score"] : [.. Enumerable.Range(0, network.Layout.OutputWidth).Select(i => $"Score.{i}")],
};
