using System.Buffers;
using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <content>Prediction with 8-bit weights.</content>
public sealed partial class TrainedNetwork
{
    /// <summary>Rows predicted at a time to measure an error.</summary>
    private const int MeasuredRows = 256;

    /// <summary>The numbers that predictions compute with; <see cref="NetworkQuantization.None"/>, single precision, unless the network was quantized.</summary>
    public NetworkQuantization Quantization { get; }

    /// <summary>Returns the same network, predicting with 8-bit weights, or with those of another <paramref name="quantization"/>.</summary>
    /// <remarks>
    /// <para>
    /// This is what PyTorch and ONNX Runtime call dynamic quantization: it needs no rows to calibrate on, because a layer's inputs are
    /// quantized as they come, with a scale and an offset for each row. Linears that follow another Linear, with at least 64 inputs, 64
    /// units and 8192 weights, multiply 8-bit integers. The first Linears, which read the features or their embeddings, small output layers, EmbeddingBags
    /// and the layers of ensembles stay in single precision: there, quantization would cost accuracy or time.
    /// </para>
    /// <para>
    /// Predictions change by about half a percent of their spread. Whether that matters depends on the data: <see cref="MeasureQuantization"/> says.
    /// The values themselves stay in single precision, in <see cref="Tensors"/>, in files and in ONNX, so the network can be
    /// trained further, or returned to single precision with <see cref="NetworkQuantization.None"/>.
    /// </para>
    /// </remarks>
    /// <param name="quantization">The numbers to predict with; <see cref="NetworkQuantization.Int8"/> by default.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantization"/> is none of its members.</exception>
    public TrainedNetwork Quantize(NetworkQuantization quantization = NetworkQuantization.Int8)
    {
        Guard.Defined(quantization, nameof(quantization));
        return quantization == Quantization ? this : new TrainedNetwork(Layout, _parameters, _buffers, History, Signature, quantization) { Statistics = Statistics };
    }

    /// <summary>Returns the same network, predicting with 8-bit weights, if that costs no accuracy on rows that it was not trained on.</summary>
    /// <param name="features">The rows, at least one, row-major, each as wide as the network's input.</param>
    /// <param name="labels">One for each row: the number to predict; for two classes 0 or 1; for several the class's index, from 0.</param>
    /// <param name="tolerance">How much worse the error may become, relative to that in single precision; at least 0. By default 0.001, 0.1 %.</param>
    /// <exception cref="InvalidOperationException">The error becomes worse by more than <paramref name="tolerance"/>; the message says both.</exception>
    /// <exception cref="ArgumentException">There are no rows, a span's length does not match, or a label is no class.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tolerance"/> is negative or not finite.</exception>
    public TrainedNetwork Quantize(ReadOnlySpan<float> features, ReadOnlySpan<float> labels, double tolerance = QuantizationCost.DefaultTolerance)
    {
        Guard.InRange(tolerance, 0, double.MaxValue, nameof(tolerance));
        var cost = MeasureQuantization(features, labels);
        return cost.IsWithin(tolerance) ? Quantize() : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture,
            $"With 8-bit weights the {cost} on these {labels.Length:N0} rows, more than the tolerance of {tolerance:P2}: predict in single precision, or allow a larger tolerance."));
    }

    /// <summary>Measures what 8-bit weights cost in accuracy, on rows that the network was not trained on.</summary>
    /// <param name="features">The rows, at least one, row-major, each as wide as the network's input.</param>
    /// <param name="labels">One for each row: the number to predict; for two classes 0 or 1; for several the class's index, from 0.</param>
    /// <exception cref="ArgumentException">There are no rows, a span's length does not match, or a label is no class.</exception>
    public QuantizationCost MeasureQuantization(ReadOnlySpan<float> features, ReadOnlySpan<float> labels)
    {
        if (labels.IsEmpty)
            throw new ArgumentException("There are no rows to measure on.", nameof(labels));
        CheckLength(features.Length, (long)labels.Length * Layout.InputWidth, nameof(features));
        CheckLabels(labels);
        return new QuantizationCost(Task, Quantize(NetworkQuantization.None).Error(features, labels), Quantize().Error(features, labels));
    }

    private void CheckLabels(ReadOnlySpan<float> labels)
    {
        int classes = Task switch { LearningTask.BinaryClassification => 2, LearningTask.MulticlassClassification => Layout.OutputWidth, _ => 0 };
        for (int row = 0; row < labels.Length; row++)
        {
            bool isValid = classes == 0 ? float.IsFinite(labels[row]) : labels[row] >= 0 && labels[row] < classes && float.IsInteger(labels[row]);
            if (!isValid)
                throw new ArgumentException($"The label of row {row} is {labels[row]}; it must be {(classes == 0 ? "a finite number" : $"a class from 0 to {classes - 1}")}.", nameof(labels));
        }
    }

    private double Error(ReadOnlySpan<float> features, ReadOnlySpan<float> labels)
    {
        int width = Layout.OutputWidth;
        var error = new PredictionError(Task == LearningTask.Regression, Signature.ScoreOutput);
        float[] outputs = ArrayPool<float>.Shared.Rent(checked(Math.Min(MeasuredRows, labels.Length) * width));
        for (int start = 0, count; start < labels.Length; start += count)
        {
            count = Math.Min(MeasuredRows, labels.Length - start);
            ComputeOutputBlock(features.Slice(start * Layout.InputWidth, count * Layout.InputWidth), count, outputs.AsSpan(0, count * width));
            for (int row = 0; row < count; row++)
                error.Add(outputs.AsSpan(row * width, width), labels[start + row]);
        }

        ArrayPool<float>.Shared.Return(outputs);
        return error.Value;
    }
}
