namespace Microsoft.ML.DenseNet;

/// <summary>An optimizer over flat arrays of values and gradients in host memory.</summary>
internal abstract class FlatOptimizer
{
    /// <summary>One step: changes <paramref name="values"/> in place.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    public abstract unsafe void Step(float* values, float* gradients, double learningRate, double weightDecay);
}
