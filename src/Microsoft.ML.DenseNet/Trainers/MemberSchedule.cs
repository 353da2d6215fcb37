using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Trains the networks of a model one after the other while their work leaves room for one more; several at once where it surely does.</summary>
/// <remarks>How many are trained depends on their work alone, so the model is the same on any number of cores.</remarks>
/// <param name="count">The most networks.</param>
/// <param name="budget">How much all may work.</param>
/// <param name="workPerEpoch">The work of an epoch.</param>
/// <param name="epochs">The most epochs of a network.</param>
internal sealed class MemberSchedule(int count, double budget, double workPerEpoch, int epochs)
{
    /// <summary>Trains.</summary>
    /// <param name="lanes">How many networks at once.</param>
    /// <param name="train">Trains a network, given its number from 0 and how many are trained at once.</param>
    public IReadOnlyList<MemberTraining> Run(int lanes, Func<int, int, MemberTraining> train)
    {
        var members = new List<MemberTraining>();
        int sure = Math.Clamp((int)(budget / (workPerEpoch * epochs)), 1, count);
        lanes = Math.Min(lanes, sure);
        if (lanes > 1)
            members.AddRange(RunAtOnce(sure, lanes, train));

        double work = members.Sum(Work);
        for (int i = members.Count; i < count && (i == 0 || work * (i + 1) / i <= budget); i++)
        {
            var member = train(i, 1);
            bool isStopped = member.Network.History.StopReason == StopReason.Observer;
            if (isStopped && i > 0 && member.Network.History.Count == 0)
                break; // it has learned nothing
            members.Add(member);
            work += Work(member);
            if (isStopped)
                break;
        }

        return members;
    }

    private static MemberTraining[] RunAtOnce(int members, int lanes, Func<int, int, MemberTraining> train)
    {
        // Steps are small and many: one thread for each network from end to end needs no waiting for others.
        var results = new MemberTraining[members];
        var failures = new Exception?[members];
        Parallel.For(0, members, new ParallelOptions { MaxDegreeOfParallelism = lanes }, i =>
        {
            try
            {
                results[i] = train(i, lanes);
            }
            catch (Exception failure)
            {
                failures[i] = failure; // thrown below, the first network's first
            }
        });
        if (Array.Find(failures, failure => failure is not null) is { } first)
            ExceptionDispatchInfo.Throw(first);
        return results;
    }

    private double Work(MemberTraining member) => workPerEpoch * member.Network.History.Count;
}
