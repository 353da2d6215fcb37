using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Trains a model's networks: one on all rows, or one for each fold, which learns from the other folds and is validated on its own. They
/// are joined into one network, which averages their calibrated predictions.
/// </summary>
/// <param name="options">The options.</param>
/// <param name="recipe">How each network is trained.</param>
/// <param name="environment">What the fit runs with.</param>
internal sealed class FoldTraining(DenseNetOptions options, Recipe recipe, FitEnvironment environment)
{
    /// <summary>The fewest epochs that a network gets, whatever the work budget.</summary>
    private const int MinimumEpochs = 16;

    /// <summary>Trains.</summary>
    /// <param name="plan">The plan of each network.</param>
    /// <param name="data">The rows.</param>
    public TrainedNetwork Run(TrainingPlan plan, LoadedRows data)
    {
        var folds = FoldsOf(data);
        if (options.EarlyStoppingRound > 0 && data.Validation is null && folds is null)
            throw NothingToStopBy(options, recipe.Folds is null ? "" : $" (of fewer than {recipe.Folds.MinimumRows} rows the default network sets none aside)");
        int count = folds?.MaximumNetworks ?? 1;
        NetworkLimits.Check(plan.Conversion.Complete(new NetworkLayout(FoldAverage.Join(plan.Layout, count, MeanOf(plan)), plan.Layout.InputWidth)));

        double workPerEpoch = double.IsFinite(recipe.WorkBudget)
            ? WorkPerRow(plan.Layout, data.Rows) * data.Count * (folds is null ? 1 : (folds.Count - 1.0) / folds.Count)
            : 0;
        if (options.NumberOfEpochs is null && workPerEpoch > 0)
            plan = plan with { NumberOfEpochs = (int)Math.Clamp(recipe.WorkBudget / workPerEpoch, Math.Min(MinimumEpochs, plan.NumberOfEpochs), plan.NumberOfEpochs) };
        Report(plan, data.Count);
        environment.Checkpoints?.Begin(plan, data, count, folds?.Count ?? 1, count > 1 ? recipe.WorkBudget : null);
        return Average(Train(plan, data, folds, count, workPerEpoch), MeanOf(plan), () => SharesOf(plan, data));
    }

    /// <summary>The error for early stopping without validation rows to decide by.</summary>
    public static InvalidOperationException NothingToStopBy(DenseNetOptions options, string reason = "") =>
        new($"{nameof(options.EarlyStoppingRound)} is {options.EarlyStoppingRound}, but there is no validation data{reason}: set {nameof(options.ValidationFraction)}, or give Fit validation data.");

    /// <summary>The recipe's folds, if these rows are dealt into folds: not if there are separate validation rows, or rows are few or streamed.</summary>
    private FoldPlan? FoldsOf(LoadedRows data) =>
        recipe.Folds is { } folds && data.Stream is null && data.Validation is null && options.ValidationFraction is null && data.Rows.Count >= folds.MinimumRows ? folds : null;

    private IReadOnlyList<FoldResult> Train(TrainingPlan plan, LoadedRows data, FoldPlan? folds, int count, double workPerEpoch)
    {
        int[]? parts = folds is null ? null : RowSplitter.Deal(data.Rows, folds.Count, stratify: plan.Task != LearningTask.Regression, plan.Seed);
        int threads = plan.NumberOfThreads ?? Environment.ProcessorCount;
        bool isObserved = options.Observers.Count > 0 || options.Progress is not null; // an observer sees one training run at a time
        return new FoldSchedule(count, recipe.WorkBudget, workPerEpoch, plan.NumberOfEpochs).Run(
            isObserved || !HostEngine.Supports(plan) ? 1 : threads,
            (i, lanes) =>
            {
                var (training, validation) = parts is null ? (data.Rows, data.Validation) : RowSplitter.Split(data.Rows, parts, i);
                var fold = plan with
                {
                    Fold = i + 1,
                    Folds = count,
                    Seed = unchecked(plan.Seed + i),
                    NumberOfThreads = lanes == 1 ? plan.NumberOfThreads : Math.Max(1, threads / lanes),
                    Checkpoint = environment.Checkpoints?.Fold(i + 1),
                };
                return FoldResult.Of(Train(fold, training, data.Stream, validation), recipe.Calibrates ? validation : null);
            });
    }

    private TrainedNetwork Train(TrainingPlan plan, RowSet rows, StreamedRows? stream, RowSet? validation)
    {
        var result = TrainingRun.Train(plan, rows, stream, validation);
        lock (environment.Channel)
            environment.Channel.Info($"Trained {result.History.Count} epochs ({result.History.StopReason}); the model is that of epoch {result.History.BestEpoch}.");
        return new TrainedNetwork(plan.Layout, result.Parameters, result.Buffers, result.History);
    }

    private TrainedNetwork Average(IReadOnlyList<FoldResult> folds, MeanKind mean, Func<double[]> shares)
    {
        var calibration = folds[0].Validation is null ? null : FoldCalibration.Fit(folds, shares());
        if (folds.Count == 1 && calibration is null)
            return folds[0].Network;
        environment.Channel.Info($"{folds.Count} networks averaged{(calibration is null ? "" : $", outputs times {calibration.Factor:G4}")}.");
        return FoldAverage.Join([.. folds.Select(fold => fold.Network)], mean, calibration);
    }

    private MeanKind MeanOf(TrainingPlan plan) => EnsembleNetwork.MeanOf(plan.Task, options.Loss);

    /// <summary>The share of each class in the training rows, with example and class weights.</summary>
    private static double[] SharesOf(TrainingPlan plan, LoadedRows data)
    {
        double[] weights = [.. data.Labels.ClassWeights.Select((weight, label) => weight == 0 ? 0 : weight * (plan.Conversion.WeightFactor?.Invoke(label) ?? 1))];
        double sum = weights.Sum();
        return [.. weights.Select(weight => weight / sum)];
    }

    private void Report(TrainingPlan plan, long rows)
    {
        environment.Channel.Info($"{plan.Layout.ParameterCount} parameters, {rows} rows, batches of {Math.Min(plan.BatchSize, rows)}, {plan.NumberOfEpochs} epochs, {plan.Loss}, {plan.Optimizer} at learning rate {plan.LearningRate}, weight decay {plan.WeightDecay}, seed {plan.Seed}, on {plan.Device}.");
        TrainingCost.Of(plan, rows).Warn(environment.Channel);
    }

    /// <summary>The cost of a row, in weights that a value is multiplied by; weights of features that a sparse row leaves out cost nothing.</summary>
    private static double WorkPerRow(NetworkLayout layout, RowSet rows)
    {
        double unread = rows.IsWideSparse
            ? layout.SparseReaders.Sum(node => node.Parameters[0].Count - ((double)node.OutputWidth * new SparseTable(rows).ValueCount / rows.Count))
            : 0;
        return layout.Root.DescendantsAndSelf().Sum(node => node.Layer.CostPerRow(node)) - unread;
    }
}
