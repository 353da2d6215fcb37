using Microsoft.ML.DenseNet.Benchmarks.Cluster;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The simulation behind docs/cluster.md, against what can be worked out by hand.</summary>
[TestClass]
public sealed class ExchangeSimulationTests
{
    private static readonly Link Slow = new("test", Latency: 1e-3, Overhead: 1e-4, Bandwidth: 1e6);

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(64)]
    public void Equal_processes_take_the_time_of_the_formula(int ranks)
    {
        const double Bytes = 1e6, SumRate = 1e8;
        double part = Bytes / ranks;
        double reports = 0; // one round each for 1, 2, 4, ... reports
        for (int have = 1; have < ranks; have *= 2)
            reports += (2 * Slow.Overhead) + Slow.Latency + (24.0 * Math.Min(have, ranks - have) / Slow.Bandwidth);

        // Twice, P - 1 messages leave one after the other; the last of them arrives a latency later.
        double phase = ((ranks - 1) * (Slow.Overhead + (part / Slow.Bandwidth))) + Slow.Latency + Slow.Overhead;
        Assert.AreEqual(reports + (2 * phase) + (Bytes / SumRate), new ExchangeSimulation(ranks, Slow, SumRate).Run(new double[ranks], Bytes), 1e-9);
    }

    [TestMethod]
    public void All_wait_for_the_slowest()
    {
        double[] ready = new double[8];
        double equal = new ExchangeSimulation(8, Slow, 1e8).Run(ready, 1000);
        ready[3] = 5;
        Assert.AreEqual(5 + equal, new ExchangeSimulation(8, Slow, 1e8).Run(ready, 1000), 0.01);
    }

    [TestMethod]
    public void One_process_exchanges_nothing() => Assert.AreEqual(2, new ExchangeSimulation(1, Slow, 1e8).Run([2], 1e9));

    [TestMethod]
    public void A_network_without_cost_divides_all_but_the_update()
    {
        // The step of one process is computing and updating; P processes compute 1 / P of it each, at most 5 % unevenly.
        var test = new StepCase(54, [512, 512, 512], 7, 8192);
        double update = 3 * test.Bytes / 4e9, alone = ClusterModelVerb.StepSeconds(test, 8192);
        double speedUp = ClusterModelVerb.SpeedUp(test, 16, new Link("none", 0, 0, double.PositiveInfinity));
        Assert.IsInRange(0.9 * alone / (((alone - update) / 16) + update), alone / (((alone - update) / 16) + update), speedUp);
    }
}
