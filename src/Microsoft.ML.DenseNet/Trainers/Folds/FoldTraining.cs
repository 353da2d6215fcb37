using System.Diagnostics;
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

    private readonly CoverageOption _coverage = CoverageOption.Of(options);

    /// <summary>Trains.</summary>
    /// <param name="plan">The plan of each network.</param>
    /// <param name="data">The rows.</param>
    public TrainedFolds Run(TrainingPlan plan, LoadedRows data)
    {
        var folds = FoldsOf(plan, data);
        if (options.EarlyStoppingRound > 0 && data.Validation is null && folds is null)
            throw NothingToStopBy(options, recipe.Folds is null ? "" : $" (of fewer than {recipe.Folds.MinimumRows} rows the default network sets none aside)");
        UncertaintyFit.CheckRows(_coverage, folds, data);
        int count = folds?.Networks ?? 1;
        NetworkLimits.Check(plan.Conversion.Complete(new NetworkLayout(FoldAverage.Join(plan.Layout, count, MeanOf(plan)), plan.Layout.InputWidth)));

        double workPerEpoch = double.IsFinite(recipe.WorkBudget)
            ? WorkPerRow(plan.Layout, data.Rows) * data.Count * (folds is null ? 1 : (folds.Count - 1.0) / folds.Count)
            : 0;
        if (options.NumberOfEpochs is null && workPerEpoch > 0)
            plan = plan with { NumberOfEpochs = (int)Math.Clamp(recipe.WorkBudget / (workPerEpoch * Runs(folds)), Math.Min(MinimumEpochs, plan.NumberOfEpochs), plan.NumberOfEpochs) };
        Report(plan, data.Count);
        if (environment.Joint is { Workers: { Split: WorkSplit.Rows } workers })
            plan = plan.SharedBy(workers, data);
        var (runs, parts, budget) = (count * (int)Runs(folds), folds?.Count ?? 1, count > 1 ? recipe.WorkBudget : (double?)null);
        environment.Checkpoints?.Begin(plan, data, runs, parts, budget);
        environment.Joint?.Agree(CheckpointFolder.Identify(plan, data, runs, parts, budget).With(options, plan));
        return Average(Train(plan, data, folds, count, workPerEpoch), folds?.NetworksPerDeal ?? 1, plan, () => SharesOf(plan, data));
    }

    /// <summary>The error for early stopping without validation rows to decide by.</summary>
    public static InvalidOperationException NothingToStopBy(DenseNetOptions options, string reason = "") =>
        new($"{nameof(options.EarlyStoppingRound)} is {options.EarlyStoppingRound}, but there is no validation data{reason}: set {nameof(options.ValidationFraction)}, or give Fit validation data.");

    /// <summary>The recipe's folds, if these rows are dealt into folds: not if there are separate validation rows, or rows are few or streamed.</summary>
    private RowFolds? FoldsOf(TrainingPlan plan, LoadedRows data) =>
        recipe.Folds is { } folds && data.Stream is null && data.Validation is null && options.ValidationFraction is null && data.Rows.Count >= folds.MinimumRows
            ? RowFolds.Of(data.Rows, folds, stratify: plan.Task != LearningTask.Regression, plan.Seed)
            : null;

    /// <summary>
    /// How often each network is trained: twice if it validates on the latest rows, which it must learn from in the end. The second time
    /// takes longer, by the rows that validated.
    /// </summary>
    private static double Runs(RowFolds? folds) => folds is { IsByTime: true } ? 1 + RowsAgain(folds) : 1;

    private static double RowsAgain(RowFolds folds) => folds.Count / (folds.Count - 1.0);

    private IReadOnlyList<FoldResult> Train(TrainingPlan plan, LoadedRows data, RowFolds? folds, int count, double workPerEpoch)
    {
        int runs = (int)Runs(folds);
        var ended = new List<FoldResult>();
        int threads = plan.NumberOfThreads ?? plan.MaximumThreads ?? Environment.ProcessorCount;
        bool isObserved = environment.Observes && (options.Observers.Count > 0 || options.Progress is not null); // an observer sees one training run at a time
        int most = isObserved || !HostEngine.Supports(plan) ? 1 : threads;
        var schedule = new FoldSchedule(count, recipe.WorkBudget, workPerEpoch, plan.NumberOfEpochs * Runs(folds));
        if (environment.Joint is not { } joint)
            return schedule.Run(most, TrainFold);
        if (joint.Workers.Split == WorkSplit.Rows)
            return schedule.Run(1, TrainFold);
        var shared = new SharedFolds(joint, plan.Layout, i => KeepsOutputs ? (folds is null ? data.Validation : folds[i].Validation) : null, environment);
        return schedule.RunOnProcesses(joint.Workers.Count, (first, together) => shared.Train(first, together, mine => TrainMine(mine, most, TrainFold)));

        FoldResult TrainFold(int i, int lanes)
        {
            var (training, validation) = folds is null ? (data.Rows, data.Validation) : folds[i];
            var fold = plan with
            {
                Fold = (i * runs) + 1,
                Folds = count * runs,
                Seed = unchecked(plan.Seed + i),
                NumberOfThreads = lanes == 1 ? plan.NumberOfThreads : Math.Max(1, threads / lanes),
                Checkpoint = CheckpointOf((i * runs) + 1),
            };
            var result = FoldResult.Of(Train(fold, training, data.Stream, validation, data.Share?.Own), KeepsOutputs ? validation : null);
            if (FoldObservers.Any() && result.Validation is not null)
                Show(plan, data, ended, result, workPerEpoch);
            return folds is { IsByTime: true } ? TrainOnAll(fold, result, data.Rows, RowsAgain(folds)) : result;
        }
    }

    /// <summary>Whether the networks' outputs for the rows that they did not see are needed.</summary>
    private bool KeepsOutputs => recipe.Calibrates || _coverage.IsSet || options.Quantization != NetworkQuantization.None || options.StoreStatistics
        || options.Observers.Any(observer => observer is IFoldObserver); // the same on every process

    private IEnumerable<IFoldObserver> FoldObservers => environment.Observes ? options.Observers.OfType<IFoldObserver>() : [];

    /// <summary>Trains the folds of this process among several.</summary>
    private static (FoldResult Fold, double Seconds)[] TrainMine(IReadOnlyList<int> folds, int most, Func<int, int, FoldResult> train)
    {
        int lanes = Math.Clamp(most, 1, folds.Count);
        return FoldSchedule.RunAtOnce(folds.Count, lanes, i =>
        {
            var clock = Stopwatch.StartNew();
            return (train(folds[i], lanes), clock.Elapsed.TotalSeconds);
        });
    }

    /// <summary>Shows observers the networks so far, before the next one is trained.</summary>
    private void Show(TrainingPlan plan, LoadedRows data, List<FoldResult> ended, FoldResult result, double workPerEpoch)
    {
        ended.Add(result);
        var calibration = recipe.Calibrates ? FoldCalibration.Fit(ended, SharesOf(plan, data)) : null;
        foreach (var observer in FoldObservers)
            observer.OnFoldEnded(new FoldsSoFar(plan, ended, calibration, ended.Sum(fold => fold.Work) * workPerEpoch));
    }

    /// <summary>
    /// Trains a network anew on all rows, the latest included, for as many epochs as were best when the latest rows validated. It keeps the
    /// history of the validated training, and the outputs that calibration needs.
    /// </summary>
    /// <param name="plan">The plan of the validated training.</param>
    /// <param name="validated">Its result.</param>
    /// <param name="rows">All rows.</param>
    /// <param name="workPerEpoch">The work of an epoch over them, compared to one over the earlier rows.</param>
    private FoldResult TrainOnAll(TrainingPlan plan, FoldResult validated, RowSet rows, double workPerEpoch)
    {
        var history = validated.Network.History;
        if (history.StopReason == StopReason.Observer)
            return validated;
        var again = plan with
        {
            Fold = plan.Fold + 1,
            LastEpoch = history.BestEpoch,
            EarlyStoppingRound = 0,
            EarlyStoppingGrowth = 0,
            Checkpoint = CheckpointOf(plan.Fold + 1),
        };
        var network = Train(again, rows, null, null);
        bool isStopped = network.History.StopReason == StopReason.Observer;
        var kept = isStopped ? validated.Network : network; // one stopped early has learned less than the one before
        return validated with
        {
            Network = kept.With(new TrainingHistory(history, history.BestEpoch, isStopped ? StopReason.Observer : history.StopReason)),
            Work = history.Count + (workPerEpoch * network.History.Count),
        };
    }

    /// <summary>Where a training run keeps its state; if several processes train it together, rank 0 saves it.</summary>
    private ITrainingCheckpoint? CheckpointOf(int run) => environment.Checkpoints?.Fold(run) is not { } checkpoint ? null
        : environment.Joint is { Workers: { Split: WorkSplit.Rows, Rank: > 0 } } ? new ReadOnlyCheckpoint(checkpoint)
        : checkpoint;

    private TrainedNetwork Train(TrainingPlan plan, RowSet rows, StreamedRows? stream, RowSet? validation, SharedRows? share = null)
    {
        var result = TrainingRun.Train(plan, rows, stream, validation, share);
        lock (environment.Channel)
        {
            environment.Channel.Info($"Trained {result.History.Count} epochs ({result.History.StopReason}); the model is that of epoch {result.History.BestEpoch}.");
            if (NoGain(plan, result) is { } warning)
                environment.Channel.Warning(warning);
        }

        UnseenCategories.Settle(plan, result.Parameters, rows, isSample: stream is not null || share is not null);
        return new TrainedNetwork(plan.Layout, result.Parameters, result.Buffers, result.History);
    }

    /// <summary>The warning if further training has not improved an earlier model; null if it has.</summary>
    private static string? NoGain(TrainingPlan plan, TrainingResult result)
    {
        const string Remedy = $"Try a lower {nameof(DenseNetOptions.LearningRate)}";
        if (result.TrainingLosses is { } loss && loss.After > loss.Before)
            return $"The training has made the earlier model worse: its loss on the training rows rose from {loss.Before:G4} to {loss.After:G4}. {Remedy} than {plan.LearningRate}, or give validation rows: the model then keeps its weights until an epoch is better.";
        return plan is { ContinuesModel: true, RestoreBestWeights: true } && result.History is { BestEpoch: 0, Count: > 0 }
            ? $"No epoch had a lower validation loss than the earlier model: its weights are kept. {Remedy} than {plan.LearningRate}."
            : null;
    }

    private TrainedFolds Average(IReadOnlyList<FoldResult> folds, int firstDeal, TrainingPlan plan, Func<double[]> shares)
    {
        var mean = MeanOf(plan);
        var calibration = folds[0].Validation is null || !recipe.Calibrates ? null : FoldCalibration.Fit(folds, shares());
        var model = Average(folds, mean, calibration);
        if (options.Quantization != NetworkQuantization.None)
            model = FoldQuantization.Apply(model, folds, plan, calibration, environment.Channel);
        return new TrainedFolds(model, folds, [.. folds.Take(firstDeal)], calibration);
    }

    private TrainedNetwork Average(IReadOnlyList<FoldResult> folds, MeanKind mean, Calibration? calibration)
    {
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
            ? layout.SparseReaders.Sum(node => node.Parameters[0].Count - ((double)node.OutputWidth * rows.SparseTable().ValueCount / rows.Count))
            : 0;
        return layout.Root.DescendantsAndSelf().Sum(node => node.Layer.CostPerRow(node)) - unread;
    }
}
