namespace Microsoft.ML.DenseNet;

/// <summary>
/// An affine map of a classifier's outputs that calibrates its probabilities: one factor on all outputs, and a shift for each (Guo et al.
/// 2017 and an intercept). See <see cref="CalibrationFit"/>.
/// </summary>
/// <param name="Factor">The factor, from <see cref="MinimumFactor"/> to <see cref="MaximumFactor"/>.</param>
/// <param name="Shifts">One value per output.</param>
internal sealed record Calibration(double Factor, IReadOnlyList<double> Shifts)
{
    /// <summary>The range of the factor. At its lower end hardly more than the classes' shares is predicted; it is above 0 so that rows keep their ranking.</summary>
    public const double MinimumFactor = 0.01, MaximumFactor = 10;

    /// <summary>Returns the map that changes nothing.</summary>
    /// <param name="outputs">The number of outputs.</param>
    public static Calibration None(int outputs) => new(1, new double[outputs]);

    /// <summary>Applies the map to a row's outputs, in place.</summary>
    public void Apply(Span<float> outputs)
    {
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = (float)((Factor * outputs[i]) + Shifts[i]);
    }
}
