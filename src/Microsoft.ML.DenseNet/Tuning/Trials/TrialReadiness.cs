namespace Microsoft.ML.DenseNet;

/// <summary>Whether a trial may start.</summary>
internal enum TrialReadiness
{
    /// <summary>It may.</summary>
    Ready,

    /// <summary>Trials that it learns from have not ended.</summary>
    Waits,

    /// <summary>The budget ends before it.</summary>
    Beyond,
}
