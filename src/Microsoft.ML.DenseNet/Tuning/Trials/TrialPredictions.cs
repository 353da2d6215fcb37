using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>A trial's predictions for the rows that its networks did not see, with these rows' labels and weights; network by network.</summary>
/// <param name="Width">The number of predictions of a row.</param>
/// <param name="Predictions">Probabilities, or numbers in the label's unit; row-major.</param>
/// <param name="Labels">The class of each row, or its number in the label's unit.</param>
/// <param name="Weights">The weight of each row.</param>
/// <param name="Rows">A fingerprint of the training rows, as the network reads them.</param>
internal sealed record TrialPredictions(int Width, float[] Predictions, float[] Labels, float[] Weights, string Rows)
{
    private const string Remedy = $"Delete the folder to tune anew, or name another in {nameof(DenseNetTuningOptions.JournalDirectory)}.";

    /// <summary>The number of rows; one that several networks predicted counts several times.</summary>
    public int Count => Labels.Length;

    /// <summary>Returns the predictions of networks, calibrated as in the model.</summary>
    public static TrialPredictions Of(FoldsSoFar folds, string rows)
    {
        var plan = folds.Plan;
        int width = plan.Layout.OutputWidth;
        var toPrediction = new FoldPrediction(plan.Task, plan.Conversion, folds.Calibration);
        float[] values = [.. folds.Results.SelectMany(fold => fold.Outputs)];
        for (int start = 0; start < values.Length; start += width)
            toPrediction.Convert(values.AsSpan(start, width));
        if (plan.Task == LearningTask.Regression && width > 1)
            (values, width) = ([.. Enumerable.Range(0, values.Length / width).Select(row => values[(row * width) + plan.Loss.ScoreOutput])], 1);
        float[] labels = [.. folds.Results.SelectMany(fold => fold.Validation!.Labels)];
        if (plan.Conversion.Label is not null)
            labels = [.. labels.Select(plan.Conversion.ToLabel)];
        return new TrialPredictions(width, values, labels, [.. folds.Results.SelectMany(fold => fold.Validation!.Weights)], rows);
    }

    /// <summary>Loads predictions.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FormatException">The file is damaged.</exception>
    public static TrialPredictions Load(string path)
    {
        using var stream = File.OpenRead(path);
        var (header, values) = FormatOf(path).Open(stream);
        int width = values.ReadInt32(1, Layer.MaximumUnits, "the number of predictions of a row");
        int count = values.ReadInt32(0, Array.MaxLength / width, "the number of rows");
        var loaded = new TrialPredictions(width, values.ReadFloats(count * width), values.ReadFloats(count), values.ReadFloats(count), Encoding.UTF8.GetString(header).TrimEnd());
        values.Done();
        return loaded;
    }

    /// <summary>Saves the predictions.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path) => AtomicFile.Write(path, "The held-out predictions", stream => FormatOf(path).Save(stream, Encoding.UTF8.GetBytes(Rows), values =>
    {
        values.Write((long)Width);
        values.Write((long)Count);
        values.Write(Predictions);
        values.Write(Labels);
        values.Write(Weights);
    }));

    private static SealedFile FormatOf(string path) => new("DNHELDOU", 1, 1 << 16, $"The file '{path}'", Remedy);
}
