using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>The validation loss by which epochs of a classifier are compared: the log-loss of its outputs after the best calibration for them.</summary>
internal static class CalibratedLoss
{
    /// <summary>With more classes than this only the factor is fitted, to spend less time than on training itself.</summary>
    private const int MaximumShifts = 32;

    /// <summary>Returns the mean loss.</summary>
    /// <param name="outputs">The network's outputs, row-major.</param>
    /// <param name="width">The number of outputs.</param>
    /// <param name="labels">The class of each row, from 0.</param>
    /// <param name="weights">The weight of each row; empty for 1 each.</param>
    public static double Of(float[] outputs, int width, float[] labels, double[] weights) =>
        CalibrationFit.Run(new CalibrationRows(outputs, width, labels, weights), null, shifts: width <= MaximumShifts).Loss;

    /// <summary>Returns a tensor's values in host memory.</summary>
    public static float[] InHost(Tensor tensor) => tensor.to_type(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
}
