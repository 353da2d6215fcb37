namespace Microsoft.ML.DenseNet;

/// <summary>What a tuning has done so far.</summary>
/// <param name="Trial">The number of the trial that has trained a network or has ended.</param>
/// <param name="Rung">How good it is after its latest network; null if it failed before the first.</param>
/// <param name="End">How it ended; null while it goes on.</param>
/// <param name="Best">The best complete trial so far; null if there is none.</param>
/// <param name="EndedTrials">The number of trials that have ended, in all processes.</param>
/// <param name="MaximumTrials">The number of trials asked for.</param>
/// <param name="Elapsed">How long this call has taken.</param>
/// <param name="Remaining">How much longer it may take, at the pace of this call so far; null before a trial has ended.</param>
public sealed record TuningProgress(int Trial, TuningRung? Rung, TuningTrialState? End, TuningTrial? Best, int EndedTrials, int MaximumTrials, TimeSpan Elapsed, TimeSpan? Remaining);
