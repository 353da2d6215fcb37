namespace Microsoft.ML.DenseNet;

/// <summary>
/// What an optimizer does to one vector of values in a step. A rule sees a value, its gradient and up to three numbers of state, all in
/// registers, so that a step is one pass over memory. Each value's update depends on that value alone.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>How many numbers of state each value has; 0 to 3.</summary>
    int StateCount { get; }

    /// <summary>Whether a value may skip steps: a step in which its gradient and the weight decay are 0 changes neither the value nor its state.</summary>
    bool IsLazy { get; }

    /// <summary>The number that the rule carries from step to step, besides the values' state; 0 if it carries none.</summary>
    double Carried
    {
        get => 0;
        set { }
    }

    /// <summary>Computes the constants of a step; called once per step, in order.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    void Begin(long step, double learningRate, double weightDecay);

    /// <summary>Returns the new values; changes the state in place.</summary>
    TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>;
}
