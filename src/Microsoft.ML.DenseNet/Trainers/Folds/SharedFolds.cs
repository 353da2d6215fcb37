using System.Globalization;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Trains folds on several processes, each fold on one, and gives every process the results of all.</summary>
/// <param name="joint">The processes' common Fit.</param>
/// <param name="layout">The layout of each network.</param>
/// <param name="validationOf">The rows that a fold's network does not see and whose outputs are needed; null for none.</param>
/// <param name="environment">What the fit runs with.</param>
internal sealed class SharedFolds(JointFit joint, NetworkLayout layout, Func<int, RowSet?> validationOf, FitEnvironment environment)
{
    /// <summary>Trains some consecutive folds.</summary>
    /// <param name="first">The number of the first, from 0.</param>
    /// <param name="count">How many.</param>
    /// <param name="trainMine">Trains the folds of this process, given their numbers.</param>
    public IReadOnlyList<FoldResult> Train(int first, int count, Func<IReadOnlyList<int>, IReadOnlyList<(FoldResult Fold, double Seconds)>> trainMine)
    {
        byte[][] all = joint.Workers.RunJobs(
            count,
            jobs => [.. trainMine([.. jobs.Select(job => first + job)]).Select(result => FoldWire.Write(result.Fold, joint.Workers.Rank, result.Seconds))]);
        return [.. all.Select((bytes, i) => Read(bytes, first + i))];
    }

    private FoldResult Read(byte[] bytes, int number)
    {
        var (fold, rank, seconds) = FoldWire.Read(bytes, layout, validationOf(number));
        var history = fold.Network.History;
        environment.Channel.Info(string.Create(
            CultureInfo.InvariantCulture, $"Network {number + 1} comes from {joint.Workers.NameOf(rank)}: {history.Count} epochs ({history.StopReason}) in {seconds:F1} s; it is that of epoch {history.BestEpoch}."));
        return fold;
    }
}
