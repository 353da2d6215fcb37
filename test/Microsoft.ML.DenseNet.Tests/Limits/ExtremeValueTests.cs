using System.Globalization;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>
/// Every number that a user can give ends in a refusal that names it, its value and the range, or in a model whose weights and
/// predictions are finite. The places are found by reflection, so a new option is tested from its first day.
/// </summary>
[TestClass]
public sealed class ExtremeValueTests
{
    private const double Largest = Layer.MaximumUnits;
    private const string Records = "What a training has measured or made; the library computes nothing from it.";
    private const string TakesGigabytes = "It takes gigabytes; TrainingCostTests have it refused where there are fewer.";

    /// <summary>Places that are not tried, and numbers that are not, nor their neighbours: by the name of the place or its type.</summary>
    private static readonly Dictionary<string, (double? Number, string Reason)> Exceptions = new()
    {
        ["EpochRecord"] = (null, Records),
        ["ModuleTensor"] = (null, Records),
        ["NetworkTensor"] = (null, Records),
        ["TensorPlace"] = (null, Records),
        ["PredictedClass"] = (null, Records),
        ["FeatureImportance"] = (null, Records),
        ["MetricEstimate"] = (null, Records),
        ["ProbabilitySnapshot"] = (null, Records),
        ["TuningTrial"] = (null, Records),
        ["TuningRung"] = (null, Records),
        ["TuningMember"] = (null, Records),
        ["TuningImportance"] = (null, Records),
        ["TuningProgress"] = (null, Records),
        ["DenseNetTuningResult"] = (null, Records),
        ["SchedulePoint"] = (null, "The trainer makes it, for schedules to read."),
        ["ClassificationResults(labels)"] = (null, "Data, which MetricTests check."),
        ["ClassificationResults(predictedClasses)"] = (null, "Data, which SliceTests check."),
        ["RegressionResults(labels)"] = (null, "Data, as the rows of a test set are."),
        ["RegressionResults(predictions)"] = (null, "Data, as the rows of a test set are."),
        ["PredictionInterval"] = (null, Records),
        ["TrainedNetwork.PredictInterval(coverage)"] = (null, "It must be one of the model's; UncertaintyReaderTests have others refused."),
        ["TrainedNetwork.PredictIntervalBlock(rows)"] = (null, "Reflection cannot pass spans; UncertaintyReaderTests call it."),
        ["TrainedNetwork.PredictSetBlock(rows)"] = (null, "Reflection cannot pass spans; PredictionSetTests call it."),
        ["TrainedNetwork.PredictBlock(rows)"] = (null, "Reflection cannot pass spans; TrainedNetworkTests call it."),
        ["TrainedNetwork.ComputeOutputBlock(rows)"] = (null, "Reflection cannot pass spans; TrainedNetworkTests call it."),
        ["TrainedNetwork.Check(rows)"] = (null, "Reflection cannot pass spans; DriftTests call it."),
        ["BackgroundRows(width)"] = (null, "Reflection cannot pass spans; BackgroundRowsTests call it."),
        ["BackgroundRows.CopyRow(row)"] = (null, "Reflection cannot pass spans; BackgroundRowsTests call it."),
        ["NetworkExplainer.ExplainBlock(rows)"] = (null, "Reflection cannot pass spans; NetworkExplainerTests call it."),
        ["TrainedNetwork.ComputeStatistics(rows)"] = (null, "Reflection cannot pass spans; DriftTests call it."),
        ["TrainedNetwork.Load(maximumBytes)"] = (null, "It is compared with a file's size; NetworkLoadTests do."),
        ["TrainedNetwork.LoadSafetensors(inputWidth)"] = (null, "It must fit a file's tensors; SafetensorsTests have others refused."),
        ["DenseNetCatalog.DenseNet(hiddenUnits)"] = (Largest, TakesGigabytes),
        ["DenseNetOptions.HiddenUnits"] = (Largest, TakesGigabytes),
        ["DenseNetDefaults.HiddenUnits"] = (Largest, TakesGigabytes),
        ["DenseNetDefaults.HiddenUnitsWithoutEmbedding"] = (Largest, TakesGigabytes),
        ["Layer.Linear(units)"] = (Largest, TakesGigabytes),
        ["Layer.EmbeddingBag(units)"] = (Largest, TakesGigabytes),
        ["DenseNetDatasets.MakeClassification(features)"] = (Largest, "100 rows of it take 19 GB."),
        ["DenseNetDatasets.MakeRegression(features)"] = (Largest, "100 rows of it take 19 GB."),
        ["DenseNetCatalog.DenseNet(numberOfEpochs)"] = (TrainingHistory.MaximumCount, "That many epochs take long; DenseNetOptions.NumberOfEpochs, the same option, is stopped."),
    };

    public static IEnumerable<object[]> Places => NumericPlaces.All().Select(place => place.ToString()).Distinct().Where(place => !IsException(place, null)).Select(place => new object[] { place });

    [TestMethod]
    [DynamicData(nameof(Places))]
    public void ANumberIsRefusedByNameOrTrainsAFiniteModel(string name)
    {
        var faults = new List<string>();
        foreach (var place in NumericPlaces.All().Where(place => place.ToString() == name))
        {
            StatedRange? range = null;
            var tried = new HashSet<object>();
            var left = new Queue<object>(ExtremeValues.Of(place.Type));
            while (left.TryDequeue(out object? value))
            {
                if (!tried.Add(value) || (value is IConvertible number && IsException(name, number.ToDouble(CultureInfo.InvariantCulture))))
                    continue;
                var refusal = Try(place, value, faults);
                if (range is null && refusal is ArgumentOutOfRangeException && StatedRange.Of(refusal.Message, place) is { } stated)
                {
                    range = stated;
                    foreach (object next in stated.Edges.SelectMany(edge => ExtremeValues.Around(edge, place.Type)).Concat(tried.ToArray()))
                    {
                        tried.Remove(next); // once more, now that there is a range to compare with
                        left.Enqueue(next);
                    }
                }

                if (range is null || value is not IConvertible convertible)
                    continue;
                bool isIn = range.Contains(convertible.ToDouble(CultureInfo.InvariantCulture));
                if (isIn ? refusal is ArgumentOutOfRangeException && StatedRange.Of(refusal.Message, place) is not null : refusal is null)
                    faults.Add($"{name} = {value}: {refusal?.Message ?? "taken"}; elsewhere another range is stated.");
            }
        }

        Assert.IsEmpty(faults, string.Join('\n', faults));
    }

    [TestMethod]
    public void NoExceptionIsOutOfDate()
    {
        string[] places = [.. NumericPlaces.All().Select(place => place.ToString())];
        foreach (string exception in Exceptions.Keys)
            Assert.IsTrue(Array.Exists(places, place => IsAt(place, exception)), exception);
    }

    /// <summary>Uses a number; gives the refusal, and notes whatever is neither a good refusal nor a success.</summary>
    private static Exception? Try(NumericPlace place, object value, List<string> faults)
    {
        try
        {
            place.Use(value);
            return null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException && Names(e.Message, place, value))
        {
            return e;
        }
        catch (Exception e)
        {
            faults.Add($"{place} = {value}: {e.GetType().Name}: {e.Message}");
            return e;
        }
    }

    private static bool Names(string message, NumericPlace place, object value) =>
        (message.Contains(place.Argument, StringComparison.OrdinalIgnoreCase) || message.Contains(place.Member.Split('.')[^1], StringComparison.Ordinal))
        && new[] { $"{value}", $"{(value is float single ? (double)single : value)}", value is double exact ? $"{(float)exact}" : "" }.Any(text => text.Length > 0 && message.Contains(text, StringComparison.Ordinal));

    private static bool IsException(string place, double? number) =>
        Exceptions.Any(exception => IsAt(place, exception.Key) && (exception.Value.Number is not { } most ? number is null : number is { } given && Math.Abs(given - most) <= 1));

    private static bool IsAt(string place, string exception) => place == exception || place.StartsWith(exception + ".", StringComparison.Ordinal) || place.StartsWith(exception + "(", StringComparison.Ordinal);
}
