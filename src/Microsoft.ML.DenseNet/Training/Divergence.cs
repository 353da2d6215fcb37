namespace Microsoft.ML.DenseNet;

/// <summary>What is said of a training that diverged.</summary>
internal static class Divergence
{
    /// <summary>Returns the error, with everything that may be the cause.</summary>
    /// <param name="plan">What was trained.</param>
    /// <param name="what">What went wrong.</param>
    /// <param name="epoch">In which epoch.</param>
    /// <param name="learningRate">The learning rate at that moment.</param>
    public static InvalidOperationException Error(TrainingPlan plan, string what, int epoch, double learningRate) =>
        new($"{what} in epoch {epoch} at learning rate {learningRate:G4}: training has diverged. Try a lower LearningRate (a tenth), set GradientClipNorm to 1, or leave ScaleFeatures on. "
            + $"It ran with LearningRate {plan.LearningRate}, {plan.Schedule}, WeightDecay {plan.WeightDecay}, {plan.Optimizer}, {plan.Loss} and the layers {LayerText(plan)}.{OwnCode(plan)}");

    /// <summary>The distinct layers with their settings: one of them may be the cause.</summary>
    private static string LayerText(TrainingPlan plan) => string.Join(", ", plan.Layout.Root.DescendantsAndSelf()
        .Where(node => node.Children.Count == 0 && node.Layer is not SelectLayer)
        .Select(node => node.Layer.ToString()).Distinct().Take(12));

    /// <summary>User-defined code that may be the cause.</summary>
    private static string OwnCode(TrainingPlan plan)
    {
        string[] own =
        [
            .. plan.Loss.IsCustom ? [$"the loss '{plan.Loss}'"] : Array.Empty<string>(),
            .. plan.Optimizer.IsCustom ? [$"the optimizer '{plan.Optimizer}'"] : Array.Empty<string>(),
            .. plan.Layout.Root.DescendantsAndSelf().Select(node => node.Layer).OfType<ModuleLayer>().Select(layer => $"the module '{layer.Name}'"),
        ];
        return own.Length == 0 ? "" : $" See also that {string.Join(" and ", own)} make no NaN or infinity.";
    }
}
