using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>
/// Says how much faster processes on a cluster train one network, from a model: the time of a step by one process, and a simulation of the
/// exchange. With the file of <see cref="ClusterVerb"/> of several processes on one machine, it compares the simulation with what was measured.
/// </summary>
internal sealed class ClusterModelVerb : IVerb
{
    /// <summary>Bytes a second of gradients that a core adds up.</summary>
    private const double SumRate = 6e9;

    /// <summary>Operations a second of one core in a step, and the part of a step that does not shrink with its rows; two cores needed 680 us and 20.7 ms for the first and third case.</summary>
    private const double Operations = 8e10, FixedSeconds = 20e-6;

    /// <summary>Bytes a second in which an optimizer updates parameters: every process updates all of them.</summary>
    private const double UpdateRate = 4e9;

    /// <summary>How unevenly processes compute, as a share of their time: the slowest one is waited for.</summary>
    private const double Jitter = 0.05;

    private static readonly int[] Ranks = [2, 4, 8, 16, 32, 64, 128, 256, 1000];

    public string Usage => "cluster-model [--measured <csv> --alone <csv>]: speed-up by processes, network and batch, from a simulation; with the files of 'cluster' of several processes and of one, simulated and measured exchanges and steps";

    public int Run(string[] args)
    {
        var values = VerbOptions.Parse(args, "--measured", "--alone");
        if (!values.TryGetValue("--measured", out string? file))
            Tables();
        else if (values.TryGetValue("--alone", out string? alone))
            Compare(Timing.Read(file), Timing.Read(alone));
        else
            throw new UsageException("--alone is missing.");
        return 0;
    }

    /// <summary>The time of a step of one process with one core.</summary>
    public static double StepSeconds(StepCase test, double rows) => FixedSeconds + (2.0 * 3 * test.Parameters * rows / Operations) + (3 * test.Bytes / UpdateRate);

    /// <summary>How many times faster processes make a step than one.</summary>
    public static double SpeedUp(StepCase test, int ranks, Link link)
    {
        var random = new Random(ranks);
        double update = 3 * test.Bytes / UpdateRate;
        double compute = StepSeconds(test, (double)test.Batch / ranks) - update;
        double[] ready = [.. Enumerable.Range(0, ranks).Select(_ => compute * (1 + (Jitter * random.NextDouble())))];
        return StepSeconds(test, test.Batch) / (new ExchangeSimulation(ranks, link, SumRate).Run(ready, test.Bytes) + update);
    }

    private static void Tables()
    {
        foreach (var test in StepCase.All)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{test}: {test.Parameters:N0} parameters, {1e3 * StepSeconds(test, test.Batch):F2} ms a step alone"));
            Console.WriteLine();
            Console.WriteLine($"| network | {string.Join(" | ", Ranks)} |");
            Console.WriteLine($"|---|{string.Concat(Ranks.Select(_ => "---|"))}");
            foreach (var link in Link.OfClusters)
                Console.WriteLine($"| {link.Name} | {string.Join(" | ", Ranks.Select(ranks => SpeedUp(test, ranks, link).ToString("F1", CultureInfo.InvariantCulture)))} |");
            Console.WriteLine();
        }
    }

    /// <summary>
    /// Fits latency and bandwidth to the smallest exchange and to the largest of a step, and compares the simulation with the other exchanges, and with
    /// steps: those of one process, divided.
    /// </summary>
    private static void Compare(IReadOnlyList<Timing> together, IReadOnlyList<Timing> alone)
    {
        var sums = together.Where(timing => timing.What == "sum").ToList();
        double largest = StepCase.Measured.Max(test => test.Parameters);
        var fitted = Fit(sums[0], sums.Last(sum => sum.Floats <= largest));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sums[0].Ranks} processes: latency {1e6 * fitted.Latency:F1} us, {fitted.Bandwidth / 1e9:F2} GB/s"));
        Console.WriteLine("| what | measured, us | simulated, us |");
        Console.WriteLine("|---|---|---|");
        foreach (var sum in sums)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| sum of {sum.Floats:N0} floats | {1e6 * sum.Seconds:F0} | {1e6 * Sum(sum.Ranks, fitted, sum.Floats):F0} |"));
        foreach (var step in together.Where(timing => timing.What.StartsWith("step without", StringComparison.Ordinal)))
        {
            double bytes = step.Floats * sizeof(float), update = 3 * bytes / UpdateRate;
            double compute = FixedSeconds + ((alone.Single(timing => timing.What == step.What).Seconds - update - FixedSeconds) / step.Ranks);
            double simulated = update + new ExchangeSimulation(step.Ranks, fitted, SumRate).Run([.. Enumerable.Repeat(compute, step.Ranks)], bytes);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {step.What} | {1e6 * step.Seconds:F0} | {1e6 * simulated:F0} |"));
        }
    }

    private static Link Fit(Timing small, Timing large)
    {
        // Either is found by halving: the simulated time grows with latency and falls with bandwidth.
        var link = new Link("fitted", 1e-6, 0, 1e9);
        for (int round = 0; round < 20; round++)
        {
            link = link with { Bandwidth = Halve(1e7, 1e12, bandwidth => Sum(large.Ranks, link with { Bandwidth = bandwidth }, large.Floats) > large.Seconds) };
            link = link with { Latency = Halve(0, 1, latency => Sum(small.Ranks, link with { Latency = latency }, small.Floats) < small.Seconds) };
        }

        return link;
    }

    private static double Halve(double low, double high, Func<double, bool> isTooLow)
    {
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            (low, high) = isTooLow(middle) ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>The simulated time of a sum by itself, without the reports before it.</summary>
    private static double Sum(int ranks, Link link, double floats)
    {
        var simulation = new ExchangeSimulation(ranks, link, SumRate);
        return simulation.Run(new double[ranks], floats * sizeof(float)) - simulation.Reports(new double[ranks]).Max();
    }

    /// <summary>A line of <see cref="ClusterVerb"/>'s file: the best time.</summary>
    private sealed record Timing(int Ranks, string What, double Floats, double Seconds)
    {
        public static List<Timing> Read(string file) =>
        [
            .. File.ReadLines(file).Skip(1).Select(line => line.Split(',')).Where(cells => cells[3].Length > 0)
                .Select(cells => new Timing(int.Parse(cells[0], CultureInfo.InvariantCulture), cells[1], double.Parse(cells[2], CultureInfo.InvariantCulture), 1e-6 * double.Parse(cells[3], CultureInfo.InvariantCulture))),
        ];
    }
}
