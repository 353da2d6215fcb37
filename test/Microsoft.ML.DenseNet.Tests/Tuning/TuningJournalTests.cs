using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The journal's file: what is written is read, whatever a killed process left at its end.</summary>
[TestClass]
public sealed class TuningJournalTests
{
    private static readonly TuningSpace Space = TuningSpace.Empty
        .With(TuningParameter.Choice("kind", "a \"quoted\"\nlabel", true, 3, 0.1)).With(TuningParameter.Uniform("x", 0, 1)).With(TuningParameter.WholeNumber("n", -5, 5)).Fix("Dropout", 0.25);

    private static readonly JournalHeader Header = new(7, [new("the rows", "240"), new("the space", "one\ntwo\nthree")]);

    [TestMethod]
    public void WhatIsWrittenIsRead()
    {
        using var folder = new TemporaryFolder();
        var journal = Open(folder);
        var values = Values(true, 1 / 3.0, -4);
        journal.Append(new JournalEntry(2, new TuningRung(1, 0.1 + 0.2, 1e300, 1.5), null, null, values));
        journal.Append(new JournalEntry(2, new TuningRung(2, double.Epsilon, 2e300, 2.5), null, null, values));
        journal.Append(new JournalEntry(2, null, TuningTrialState.Stopped, "others\nwere better", values));
        journal.Append(new JournalEntry(0, null, TuningTrialState.Failed, "no", Values(0.1, 1, 5)));
        foreach (var read in new[] { journal, Open(folder) })
        {
            CollectionAssert.AreEqual(new[] { 0, 2 }, read.AllEnded().Select(trial => trial.Number).ToList());
            var stopped = read.Ended(2)!;
            Assert.AreEqual(TuningTrialState.Stopped, stopped.State);
            Assert.AreEqual("others\nwere better", stopped.Reason);
            CollectionAssert.AreEqual(new[] { new TuningRung(1, 0.1 + 0.2, 1e300, 1.5), new TuningRung(2, double.Epsilon, 2e300, 2.5) }, stopped.Rungs.ToList());
            Assert.AreEqual(values.ToString(), stopped.Values.ToString());
            Assert.AreEqual(0.1, read.Ended(0)!.Values["kind"]);
            Assert.IsNull(read.Ended(1));
            Assert.IsEmpty(read.RungsOf(1));
        }
    }

    [TestMethod]
    public void ATornLastLineIsDropped()
    {
        using var folder = new TemporaryFolder();
        var journal = Open(folder);
        journal.Append(Rung(0, 1));
        journal.Append(Rung(1, 1));
        byte[] whole = File.ReadAllBytes(folder["journal.jsonl"]);
        int first = Array.IndexOf(whole, (byte)'\n') + 1, second = Array.IndexOf(whole, (byte)'\n', first) + 1;
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(folder["journal.jsonl"], whole[..length]);
            var torn = Open(folder);
            Assert.HasCount(length < second ? 0 : 1, torn.RungsOf(0), $"{length} bytes");
            Assert.IsEmpty(torn.RungsOf(1));
            torn.Append(Rung(3, 1));
            Assert.HasCount(1, Open(folder).RungsOf(3));
            Assert.AreEqual(length < second ? 2 : 3, File.ReadAllLines(folder["journal.jsonl"]).Length);
        }
    }

    [TestMethod]
    public void ADamagedLineIsNamed()
    {
        foreach (string line in new[] { "", "{}", "null", "[1]", "{\"trial\":1,\"values\":{}}", "{\"trial\":-1,\"end\":\"Complete\",\"values\":{}}", "{\"trial\":1,\"end\":\"Done\",\"values\":{}}", "{\"trial\":1,\"networks\":0,\"metric\":1,\"work\":1,\"seconds\":1,\"values\":{}}", "{\"trial\":1,\"end\":\"Complete\",\"values\":{\"other\":1}}", "{\"trial\":1,\"end\":\"Complete\",\"values\":{\"kind\":\"b\"}}", "{\"trial\":1,\"end\":7,\"values\":{}}" })
        {
            using var folder = new TemporaryFolder();
            Open(folder).Append(Rung(0, 1));
            File.AppendAllText(folder["journal.jsonl"], line + "\n");
            var failure = Assert.ThrowsExactly<FormatException>(() => Open(folder), line);
            Assert.Contains("Line 3 of the journal", failure.Message);
        }

        using var other = new TemporaryFolder();
        File.WriteAllText(other["journal.jsonl"], "hello\n");
        Assert.Contains("does not begin as a tuning journal", Assert.ThrowsExactly<FormatException>(() => Open(other)).Message);
        File.WriteAllText(other["journal.jsonl"], Encoding.UTF8.GetString(Header.ToLine()).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal));
        Assert.Contains("has version 2", Assert.ThrowsExactly<FormatException>(() => Open(other)).Message);
    }

    [TestMethod]
    public void AnotherTuningIsRefusedWithTheDifference()
    {
        using var folder = new TemporaryFolder();
        Open(folder);
        Assert.AreEqual(7, TuningJournal.Open(folder.FullName, Header with { Seed = 8 }, takesSeed: true, Space, Assert.Fail).Header.Seed);
        Refused("the seed is 7 there and 8 here", Header with { Seed = 8 });
        Refused("the rows are '240' there and '241' here", Header with { Settings = [new("the rows", "241"), Header.Settings[1]] });
        Refused("the space is 'two' there and 'zwei' here", Header with { Settings = [Header.Settings[0], new("the space", "one\nzwei\nthree")] });
        Refused("the space is not set there and 'four' here", Header with { Settings = [Header.Settings[0], new("the space", "one\ntwo\nthree\nfour")] });
        Refused("another version of the package", Header with { Settings = [Header.Settings[0]] });

        void Refused(string difference, JournalHeader header) =>
            Assert.Contains(difference, Assert.ThrowsExactly<InvalidOperationException>(() => TuningJournal.Open(folder.FullName, header, takesSeed: false, Space, Assert.Fail)).Message);
    }

    [TestMethod]
    public void ManyWritersLoseNothing()
    {
        using var folder = new TemporaryFolder();
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            var journal = Open(folder);
            for (int i = 0; i < 25; i++)
                journal.Append(Rung((writer * 100) + i, 1));
            Assert.HasCount(1, journal.RungsOf(writer * 100));
        });
        var all = Open(folder);
        Assert.AreEqual(200, Enumerable.Range(0, 800).Sum(trial => all.RungsOf(trial).Count));
    }

    [TestMethod]
    public void ATrialIsReservedForOne()
    {
        using var folder = new TemporaryFolder();
        var trial = new TrialFolder(folder.FullName, 3);
        using (var mine = trial.TryTake(Assert.Fail))
        {
            Assert.IsNotNull(mine);
            Assert.IsNull(new TrialFolder(folder.FullName, 3).TryTake(Assert.Fail));
            using var other = new TrialFolder(folder.FullName, 4).TryTake(Assert.Fail);
            Assert.IsNotNull(other);
        }

        using var again = trial.TryTake(Assert.Fail);
        Assert.IsNotNull(again);
    }

    private static TuningJournal Open(TemporaryFolder folder) => TuningJournal.Open(folder.FullName, Header, takesSeed: false, Space, Assert.Fail);

    private static JournalEntry Rung(int trial, int networks) => new(trial, new TuningRung(networks, 0.5, 1, 1), null, null, Values("a \"quoted\"\nlabel", 0.5, 1));

    private static TuningValues Values(object kind, double x, int n) => new([new("Dropout", 0.25), new("kind", kind), new("x", x), new("n", n)]);
}
