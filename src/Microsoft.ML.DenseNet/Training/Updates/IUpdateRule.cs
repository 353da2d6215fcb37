using System.Numerics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// What an optimizer does to one vector of values in a step. A rule sees a value, its gradient and up to three numbers of state, all
/// in registers, so that a step is one pass over memory.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>How many numbers of state each value has; 0 to 3.</summary>
    int StateCount { get; }

    /// <summary>The constants of a step.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    void Begin(long step, double learningRate, double weightDecay);

    /// <summary>The new values; changes the state in place.</summary>
    Vector<float> Update(Vector<float> value, Vector<float> gradient, ref Vector<float> first, ref Vector<float> second, ref Vector<float> third);
}
