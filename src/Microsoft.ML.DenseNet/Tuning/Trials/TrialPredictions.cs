using System.Runtime.InteropServices;
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
        float[] values = [.. folds.Results.SelectMany(fold => fold.Outputs)];
        float[] labels = [.. folds.Results.SelectMany(fold => fold.Validation!.Labels)];
        float[] weights = [.. folds.Results.SelectMany(fold => WeightsOf(fold.Validation!))];
        for (int row = 0; row < labels.Length; row++)
            ToPrediction(values.AsSpan(row * width, width), plan, folds.Calibration);
        if (plan.Conversion.Label is not null)
            labels = [.. labels.Select(label => InUnit(label, plan.Conversion))];
        return new TrialPredictions(width, values, labels, weights, rows);
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

    private static void ToPrediction(Span<float> outputs, TrainingPlan plan, Calibration? calibration)
    {
        for (int i = 0; calibration is not null && i < outputs.Length; i++)
            outputs[i] = (float)((calibration.Factor * outputs[i]) + calibration.Shifts[i]);
        if (plan.Task == LearningTask.MulticlassClassification)
            OutputFunctions.Softmax(outputs, outputs);
        else if (plan.Task == LearningTask.BinaryClassification)
            outputs[0] = OutputFunctions.Sigmoid(outputs[0]);
        else
            outputs[0] = plan.Conversion.OutputRange is var (minimum, maximum) ? InUnit(Math.Clamp(outputs[0], minimum, maximum), plan.Conversion) : InUnit(outputs[0], plan.Conversion);
    }

    /// <summary>Undoes the conversion of a label.</summary>
    private static float InUnit(float value, TargetConversion conversion) => conversion switch
    {
        { OutputLayer: null } => value,
        { OutputBuffers: [var center, var unit] } => (value * unit) + center,
        _ => MathF.Exp(value),
    };

    private static IEnumerable<float> WeightsOf(RowSet rows) => rows.HasWeights
        ? rows.Blocks.SelectMany(block => MemoryMarshal.ToEnumerable<float>(block.Weights))
        : Enumerable.Repeat(1f, (int)rows.Count);
}
