using System.Diagnostics;

namespace Microsoft.ML.DenseNet.Benchmarks.Prediction;

/// <summary>Times several actions in turns, so that drift in the machine's speed affects all equally.</summary>
internal static class Turns
{
    private const int Count = 9;
    private const double SecondsPerTurn = 0.1;

    /// <summary>The median seconds per call of each action.</summary>
    public static double[] Median(params Action[] actions)
    {
        int[] calls = [.. actions.Select(Calibrate)];
        var seconds = actions.Select(_ => new List<double>()).ToArray();
        for (int turn = 0; turn < Count; turn++)
        {
            for (int i = 0; i < actions.Length; i++)
                seconds[i].Add(Time(actions[i], calls[i]) / calls[i]);
        }

        return [.. seconds.Select(Middle)];
    }

    /// <summary>The median seconds of slow actions: one call per turn.</summary>
    public static double[] MedianOfSingleCalls(int turns, params Action[] actions)
    {
        var seconds = actions.Select(_ => new List<double>()).ToArray();
        for (int turn = 0; turn <= turns; turn++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                double time = Time(actions[i], 1);
                if (turn > 0) // the first warms up
                    seconds[i].Add(time);
            }
        }

        return [.. seconds.Select(Middle)];
    }

    private static int Calibrate(Action action)
    {
        Time(action, 50); // past the first, unoptimized code
        int calls = 1;
        while (Time(action, calls) < SecondsPerTurn / 4)
            calls *= 2;
        return calls * 4;
    }

    private static double Time(Action action, int calls)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < calls; i++)
            action();
        return clock.Elapsed.TotalSeconds;
    }

    private static double Middle(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }
}
