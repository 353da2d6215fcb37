using System.Globalization;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A network whose outputs have names for people.</summary>
internal sealed class ExplainedNetwork
{
    private readonly string? _unit;

    /// <exception cref="ArgumentException">There is not one name for each class.</exception>
    public ExplainedNetwork(TrainedNetwork network, IReadOnlyList<string>? classNames, string? unit)
    {
        Network = network;
        _unit = unit;
        int classes = network.ClassCount;
        if (classNames is not null && classes > 0 && classNames.Count != classes)
            throw new ArgumentException($"{classNames.Count} class names were given for {classes} classes.", nameof(classNames));
        classNames ??= network.ClassNames ?? [.. Enumerable.Range(0, classes).Select(number => $"class {number}")];
        OutputNames = network.Task switch
        {
            LearningTask.BinaryClassification => [classNames[1]],
            LearningTask.MulticlassClassification => classNames,
            _ when HasQuantiles => [.. network.Quantiles.Select(quantile => $"quantile {quantile.ToString(CultureInfo.InvariantCulture)}")],
            _ => ["prediction"],
        };
    }

    public TrainedNetwork Network { get; }

    /// <summary>Whether the outputs are quantiles of a number.</summary>
    public bool HasQuantiles => Network.Quantiles.Count > 0;

    /// <summary>The positive class, the classes, the quantiles, or "prediction".</summary>
    public IReadOnlyList<string> OutputNames { get; }

    /// <summary>The prediction in the task's own terms.</summary>
    public ExplainedOutput Natural => Network.Task == LearningTask.Regression ? ExplainedOutput.Score : ExplainedOutput.Probability;

    /// <summary>Checks that the network has what is to be explained.</summary>
    /// <exception cref="ArgumentException">It has no probability.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such output.</exception>
    public void Check(ExplainedOutput output, string option)
    {
        Guard.Defined(output, option);
        if (output == ExplainedOutput.Probability && Network.Task == LearningTask.Regression)
            throw new ArgumentException($"{option} is {output}, but the network predicts a number, which has no probability: leave it at {nameof(ExplainedOutput.Score)}.", option);
    }

    /// <summary>Returns the number of an output.</summary>
    /// <param name="name">Its name; null for the default.</param>
    /// <param name="otherwise">The default.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public int OutputOf(string? name, int otherwise)
    {
        if (name is null)
            return otherwise;
        int output = OutputNames.ToList().IndexOf(name);
        return output >= 0 ? output : throw new ArgumentException($"There is no output '{name}'; there are {string.Join(", ", OutputNames.Take(20).Select(other => $"'{other}'"))}.", nameof(name));
    }

    /// <summary>What is explained, in words.</summary>
    /// <param name="output">What is explained.</param>
    /// <param name="number">The output's number.</param>
    /// <param name="all">Whether all classes or quantiles are meant.</param>
    public string Describe(ExplainedOutput output, int number, bool all = false) => Network.Task switch
    {
        LearningTask.MulticlassClassification when all => output == ExplainedOutput.Score ? "scores of the classes" : "probabilities of the classes",
        LearningTask.Regression => $"{(HasQuantiles && all ? "quantiles" : OutputNames[number])}{(_unit is null ? "" : $" ({_unit})")}",
        LearningTask.BinaryClassification => output == ExplainedOutput.Score ? $"log-odds of {Name(number)}" : $"probability of {Name(number)}",
        _ => output == ExplainedOutput.Score ? $"score of {Name(number)}" : $"probability of {Name(number)}",
    };

    /// <summary>Whether all outputs of a row are finite.</summary>
    public bool IsFinite(ReadOnlySpan<float> row)
    {
        float[] outputs = new float[Network.Layout.OutputWidth];
        Network.ComputeOutputs(row, outputs);
        return Array.TrueForAll(outputs, float.IsFinite);
    }

    /// <summary>Computes the explained values of rows.</summary>
    /// <param name="output">What is explained.</param>
    /// <param name="rows">The rows, one after the other.</param>
    /// <param name="values">Receives a value for each output of each row.</param>
    public void Evaluate(ExplainedOutput output, ReadOnlySpan<float> rows, Span<float> values)
    {
        int width = Network.Layout.OutputWidth, count = rows.Length / Network.Layout.InputWidth;
        Network.ComputeOutputBlock(rows, count, values);
        var function = new ExplainedFunction(Network.Task, output);
        float[] outputs = new float[width];
        for (int row = 0; row < count; row++)
        {
            var own = values.Slice(row * width, width);
            own.CopyTo(outputs);
            function.Evaluate(outputs, own);
        }
    }

    /// <summary>The class that most rows have as their likeliest; the quantile nearest to the median; the only output there is.</summary>
    public int MostPredicted(ReadOnlySpan<float> rows)
    {
        int width = Network.Layout.OutputWidth, count = rows.Length / Network.Layout.InputWidth;
        float[] values = new float[count * width];
        Network.ComputeOutputBlock(rows, count, values);
        int[] times = new int[width];
        for (int row = 0; row < count; row++)
            times[Network.PredictedOutput(values.AsSpan(row * width, width))]++;
        return Array.IndexOf(times, times.Max());
    }

    private string Name(int number) => FeatureLabel.Short(OutputNames[number]);
}
