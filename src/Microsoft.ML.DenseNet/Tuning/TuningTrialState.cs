namespace Microsoft.ML.DenseNet;

/// <summary>How a trial ended.</summary>
public enum TuningTrialState
{
    /// <summary>All its networks were trained.</summary>
    Complete,

    /// <summary>It was given up early, because others were better at the same rung or because it took too much work.</summary>
    Stopped,

    /// <summary>Its training was refused or diverged; <see cref="TuningTrial.Reason"/> says why.</summary>
    Failed,
}
