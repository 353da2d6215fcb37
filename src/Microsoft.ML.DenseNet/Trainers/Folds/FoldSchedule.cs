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
        lanes = Math.Min(lanes, Sure);
        if (lanes > 1)
            folds.AddRange(RunAtOnce(Sure, lanes, i => train(i, lanes)));
        while (HasRoom(folds) && TryAdd(folds, train(folds.Count, 1)))
        {
        }

        return folds;
    }

    /// <summary>
    /// Trains on several processes. Each gets a network, even if the work of those before may turn out to leave no room for it: it would
    /// have nothing else to do. The networks that are kept are those of <see cref="Run(int, Func{int, int, FoldResult})"/>.
    /// </summary>
    /// <param name="processes">How many.</param>
    /// <param name="train">Trains some networks, given the number of the first, from 0, and how many.</param>
    public IReadOnlyList<FoldResult> RunOnProcesses(int processes, Func<int, int, IReadOnlyList<FoldResult>> train)
    {
        var folds = new List<FoldResult>();
        while (HasRoom(folds))
        {
            int most = folds.Count == 0 ? Math.Max(processes, Sure) : processes;
            foreach (var fold in train(folds.Count, Math.Min(most, count - folds.Count)))
            {
                if (!HasRoom(folds) || !TryAdd(folds, fold))
                    return folds;
            }
        }

        return folds;
    }

    /// <summary>Trains several networks at once; returns them in order.</summary>
    /// <param name="networks">How many.</param>
    /// <param name="lanes">How many at once.</param>
    /// <param name="train">Trains a network, given its number from 0.</param>
    public static T[] RunAtOnce<T>(int networks, int lanes, Func<int, T> train)
    {
        // Steps are small and many: with one thread for each network from start to end, none waits for others.
        var results = new T[networks];
        var failures = new Exception?[networks];
        Parallel.For(0, networks, new ParallelOptions { MaxDegreeOfParallelism = lanes }, (i, loop) =>
        {
            try
            {
                results[i] = train(i);
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

    /// <summary>The number of networks that the budget has room for even if each takes all of its epochs.</summary>
    private int Sure => Math.Clamp((int)(budget / (workPerEpoch * epochs)), 1, count);

    private bool HasRoom(List<FoldResult> folds) =>
        folds.Count == 0 || (folds.Count < count && folds.Sum(Work) * (folds.Count + 1) / folds.Count <= budget);

    /// <summary>Adds a network; returns whether another may follow.</summary>
    private static bool TryAdd(List<FoldResult> folds, FoldResult fold)
    {
        bool isStopped = fold.Network.History.StopReason == StopReason.Observer;
        if (isStopped && folds.Count > 0 && fold.Network.History.Count == 0)
            return false; // it has learned nothing worth averaging
        folds.Add(fold);
        return !isStopped;
    }

    private double Work(FoldResult fold) => workPerEpoch * fold.Work;
}
