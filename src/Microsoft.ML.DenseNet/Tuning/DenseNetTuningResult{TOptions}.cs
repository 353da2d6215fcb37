using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>What <c>TuneDenseNet</c> has found.</summary>
/// <typeparam name="TOptions">The trainer's options.</typeparam>
public sealed class DenseNetTuningResult<TOptions> : DenseNetTuningResult
    where TOptions : DenseNetOptions
{
    internal DenseNetTuningResult(IHostEnvironment environment)
        : base(environment)
    {
    }

    /// <summary>
    /// The options of the best trial. A <c>Fit</c> with them on the same data, after <see cref="DenseNetTuningOptions.Preprocess"/> with the trial's
    /// values if there is one, trains the same model again: on a CPU, bit for bit.
    /// </summary>
    public required TOptions BestOptions { get; init; }
}
