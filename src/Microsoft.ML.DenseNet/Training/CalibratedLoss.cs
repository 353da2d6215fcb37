using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>The validation loss by which epochs of a classifier are compared: the log-loss of its outputs times the best factor.</summary>
/// <remarks>No shifts are fitted as for the model: with the few rows of rare classes in a fold, they would favor epochs that rank those rows well by chance.</remarks>
internal static class CalibratedLoss
{
    /// <summary>Returns the mean loss.</summary>
    /// <param name="outputs">The network's outputs, row-major.</param>
    /// <param name="width">The number of outputs.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="weights">The weight of each row; empty for 1 each.</param>
    public static double Of(float[] outputs, int width, float[] labels, double[] weights) =>
        CalibrationFit.Run(new CalibrationRows(outputs, width, labels, weights), null, shifts: false).Loss;

    /// <summary>Returns the weights of rows; empty if they have none.</summary>
    public static double[] WeightsOf(StoredRows rows) => rows.Weights is { } weights ? Array.ConvertAll(InHost(weights), weight => (double)weight) : [];

    /// <summary>Returns a tensor's values in host memory.</summary>
    public static float[] InHost(Tensor tensor) => tensor.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
