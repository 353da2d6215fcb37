using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>Follows a trial's training: scores each network on the rows that it did not see, gives the trial up if it is bad, and keeps its model.</summary>
internal sealed class TrialObserver : TrainingObserver, IFoldObserver
{
    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>The metric to compute.</summary>
    public required TuningMetric Metric { get; init; }

    /// <summary>The fingerprint of the rows that the networks read.</summary>
    public required string Rows { get; init; }

    /// <summary>Records a rung; returns whether the trial goes on.</summary>
    public required Func<TuningRung, bool> Reach { get; init; }

    /// <summary>Ends the training.</summary>
    public required Action Stop { get; init; }

    /// <summary>Keeps the model, and the held-out predictions of its networks.</summary>
    public required Action<TrainedNetwork, TrialPredictions> Keep { get; init; }

    /// <summary>Whether the trial was given up.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>The held-out predictions of all networks so far; null before the first.</summary>
    public TrialPredictions? Predictions { get; private set; }

    public void OnFoldEnded(FoldsSoFar folds)
    {
        Predictions = TrialPredictions.Of(folds, Rows);
        double metric = HeldOutScore.Of(Metric, Predictions.Predictions, Predictions);
        if (!double.IsFinite(metric))
            throw new InvalidOperationException($"{Metric} of the held-out rows is {metric}: the network's predictions are not finite.");
        if (Reach(new TuningRung(folds.Results.Count, metric, folds.Work, _watch.Elapsed.TotalSeconds)))
            return;
        IsStopped = true;
        Stop();
    }

    public override void OnModelReady(TrainedNetwork network, LearningTask task)
    {
        if (Predictions is not null)
            Keep(network, Predictions);
    }
}
