namespace Microsoft.ML.DenseNet;

/// <summary>The progress of a training just before a step: what a learning-rate schedule can use.</summary>
/// <param name="Step">Steps done so far in the whole training, from 0.</param>
/// <param name="TotalSteps">Steps in the whole training, if it runs to its last epoch.</param>
/// <param name="Epoch">Epochs done so far, from 0.</param>
/// <param name="TotalEpochs">Epochs in the whole training.</param>
/// <param name="LastLoss">The loss of the previous epoch: the validation loss if there is one; null in the first epoch.</param>
public readonly record struct SchedulePoint(long Step, long TotalSteps, int Epoch, int TotalEpochs, double? LastLoss)
{
    /// <summary>The share of all steps that are done, from 0 to below 1.</summary>
    public double Progress => (double)Step / TotalSteps;
}
