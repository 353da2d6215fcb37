namespace Microsoft.ML.DenseNet;

/// <summary>
/// What an optimizer does to one vector of values in a step. A rule sees a value, its gradient and up to three numbers of state, all
/// in registers, so that a step is one pass over memory. Each value's update looks at that value alone.
/// </summary>
internal interface IUpdateRule
{
    /// <summary>How many numbers of state each value has; 0 to 3.</summary>
    int StateCount { get; }

    /// <summary>Whether a value may miss steps: a step in which its gradient and the weight decay are 0 leaves it and its state alone.</summary>
    bool IsLazy { get; }

    /// <summary>The number that the rule carries from step to step beside the values' state; 0 where it carries none.</summary>
    double Carried
    {
        get => 0;
        set { }
    }

    /// <summary>The constants of a step; called once a step, in order.</summary>
    /// <param name="step">Counted from 1.</param>
    /// <param name="learningRate">At least 0.</param>
    /// <param name="weightDecay">At least 0.</param>
    void Begin(long step, double learningRate, double weightDecay);

    /// <summary>The new values; changes the state in place.</summary>
    TVector Update<TVector>(TVector value, TVector gradient, ref TVector first, ref TVector second, ref TVector third)
        where TVector : struct, ISimdVector<TVector>;
}
