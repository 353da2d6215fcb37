namespace Microsoft.ML.DenseNet;

/// <summary>The results of one epoch of training.</summary>
/// <param name="Epoch">Counted from 1.</param>
/// <param name="TrainingLoss">The weighted mean loss over the training rows, each measured when its batch was trained on.</param>
/// <param name="ValidationLoss">The weighted mean loss over the validation rows after the epoch; null without validation rows.</param>
/// <param name="LearningRate">The learning rate of the epoch's last step.</param>
/// <param name="GradientNorm">The Euclidean norm of the gradient of all trained parameters at the epoch's last step, before clipping; null if not measured.</param>
/// <param name="Seconds">The time from the start of training to the epoch's end.</param>
/// <param name="ValidationMetric">
/// A familiar weighted metric over the validation rows: accuracy for classes, the coefficient of determination R² for numbers;
/// null without validation rows.
/// </param>
public sealed record EpochRecord(int Epoch, double TrainingLoss, double? ValidationLoss, double LearningRate, double? GradientNorm, double Seconds, double? ValidationMetric = null);
