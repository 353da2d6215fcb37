namespace Microsoft.ML.DenseNet;

/// <summary>An optimizer over flat arrays of values and gradients in host memory.</summary>
internal abstract unsafe class FlatOptimizer
{
    /// <summary>Whether <see cref="StepRows"/> is possible.</summary>
    public abstract bool IsLazy { get; }

    /// <summary>How many numbers are kept for each value.</summary>
    public abstract int StateCount { get; }

    /// <summary>The number of threads that a step may use, at least 1; all cores by default.</summary>
    public int Threads { get; set; } = Environment.ProcessorCount;

    /// <summary>Makes one step: changes <paramref name="values"/> in place, in the groups' ranges.</summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    public abstract void Step(float* values, float* gradients, double learningRate, double weightDecay);

    /// <summary>
    /// Updates some rows of a [many, <paramref name="width"/>] matrix among the values, as part of the preceding <see cref="Step"/>, whose
    /// groups must not include the matrix. Other rows and their state stay as they are: for them it is as if there had been no step, weight
    /// decay included, except that steps are counted.
    /// </summary>
    /// <param name="values">The parameters.</param>
    /// <param name="gradients">The gradients of the rows, one after the other: [rows, <paramref name="width"/>].</param>
    /// <param name="offset">Where the matrix begins among the values.</param>
    /// <param name="width">Values per row; at least 1.</param>
    /// <param name="rows">The row numbers, without duplicates.</param>
    /// <param name="learningRate">At least 0; no group's factor is applied.</param>
    /// <param name="weightDecay">At least 0; no group's factor is applied.</param>
    /// <exception cref="InvalidOperationException">The optimizer is not <see cref="IsLazy"/>, or there has been no step yet.</exception>
    public abstract void StepRows(float* values, float* gradients, int offset, int width, ReadOnlySpan<int> rows, double learningRate, double weightDecay);

    /// <summary>Writes everything that later steps depend on.</summary>
    public abstract void Save(ValueWriter state);

    /// <summary>Reads what <see cref="Save"/> wrote, for the same number of values in the same groups.</summary>
    public abstract void Load(ValueReader state);
}
