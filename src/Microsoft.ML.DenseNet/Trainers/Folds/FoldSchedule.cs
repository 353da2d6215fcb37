using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Trains a model's networks one by one while the work budget has room for one more, or several at once if it certainly has.</summary>
/// <remarks>How many are trained depends only on their work, so the model is the same on any number of cores.</remarks>
/// <param name="count">The maximum number of networks.</param>
/// <param name="budget">The work budget of all networks together.</param>
/// <param name="workPerEpoch">The work of an epoch.</param>
/// <param name="epochs">The maximum number of epochs of a network, all its training runs together.</param>
internal sealed class FoldSchedule(int count, double budget, double workPerEpoch, double epochs)
{
    /// <summary>Trains.</summary>
    /// <param name="lanes">How many networks at once.</param>
    /// <param name="train">Trains a network, given its number from 0 and how many are trained at once.</param>
    public IReadOnlyList<FoldResult> Run(int lanes, Func<int, int, FoldResult> train)
    {
        var folds = new List<FoldResult>();
        int sure = Math.Clamp((int)(budget / (workPerEpoch * epochs)), 1, count);
        lanes = Math.Min(lanes, sure);
        if (lanes > 1)
            folds.AddRange(RunAtOnce(sure, lanes, train));

        double work = folds.Sum(Work);
        for (int i = folds.Count; i < count && (i == 0 || work * (i + 1) / i <= budget); i++)
        {
            var fold = train(i, 1);
            bool isStopped = fold.Network.History.StopReason == StopReason.Observer;
            if (isStopped && i > 0 && fold.Network.History.Count == 0)
                break; // it has learned nothing worth averaging
            folds.Add(fold);
            work += Work(fold);
            if (isStopped)
                break;
        }

        return folds;
    }

    private static FoldResult[] RunAtOnce(int folds, int lanes, Func<int, int, FoldResult> train)
    {
        // Steps are small and many: with one thread for each network from start to end, none waits for others.
        var results = new FoldResult[folds];
        var failures = new Exception?[folds];
        Parallel.For(0, folds, new ParallelOptions { MaxDegreeOfParallelism = lanes }, (i, loop) =>
        {
            try
            {
                results[i] = train(i, lanes);
            }
            catch (Exception failure)
            {
                failures[i] = failure; // thrown below, that of the first network
                loop.Break(); // only networks before it are still started
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }

    private double Work(FoldResult fold) => workPerEpoch * fold.Work;
}
