using System.Diagnostics;
using Microsoft.ML.DenseNet.TrainingHost;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Processes that tune and are killed, or share one journal: what is left is what one undisturbed process leaves, bit for bit.</summary>
[TestClass]
public sealed class KilledTuningTests
{
    private const int Kills = 5;

    private static readonly Lazy<DenseNetTuningResult<DenseNetBinaryTrainer.Options>> Undisturbed = new(() => HostTuning.Run(null, null));

    [TestMethod]
    public async Task ATuningKilledAtRandomMomentsEndsAsIfUndisturbed()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(7);
        int interrupted = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            using var process = HostProcess.Start(["--tune", folder.FullName]);
            var errors = process.StandardError.ReadToEndAsync();

            // Waits for the first sign of work, or there would be none to interrupt, and then for up to a trial's time.
            string? line = await process.StandardOutput.ReadLineAsync();
            await Task.Delay(random.Next(400));
            if (!process.HasExited)
            {
                process.Kill();
                interrupted++;
            }

            await process.WaitForExitAsync();
            Assert.IsNotNull(line, await errors);
        }

        Assert.IsGreaterThan(Kills / 2, interrupted);
        var result = HostTuning.Run(folder.FullName, null);
        TuningCase.AssertSame(Undisturbed.Value, result);
        CheckJournal(folder);
    }

    [TestMethod]
    public void CheckpointsThatAKilledProcessLeftOfAnEndedTrialAreDeleted()
    {
        using var folder = new TemporaryFolder();
        void Tune() => TuningCase.Tune(tuning => (tuning.JournalDirectory, tuning.MaximumTrials) = (folder.FullName, 2));
        Tune();
        string left = Path.Combine(folder["trial-0001"], "training");
        Directory.CreateDirectory(left);
        File.WriteAllText(Path.Combine(left, "left"), "");
        Tune();
        Assert.IsFalse(Directory.Exists(left));
    }

    [TestMethod]
    public async Task TwoProcessesDoEveryTrialOnce()
    {
        using var folder = new TemporaryFolder();
        Process[] processes = [HostProcess.Start(["--tune", folder.FullName]), HostProcess.Start(["--tune", folder.FullName])];
        var reports = new List<string>();
        foreach (var process in processes)
        {
            var errors = process.StandardError.ReadToEndAsync();
            string output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.AreEqual(0, process.ExitCode, await errors);
            reports.AddRange(output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            process.Dispose();
        }

        Assert.HasCount(reports.Count, reports.Distinct().ToList());
        Assert.AreEqual(HostTuning.Trials, reports.Count(report => report.EndsWith("end", StringComparison.Ordinal)));
        TuningCase.AssertSame(Undisturbed.Value, HostTuning.Run(folder.FullName, _ => Assert.Fail("Nothing was left to do.")));
        CheckJournal(folder);
    }

    /// <summary>No rung and no end is there twice, and nothing is left of the trainings.</summary>
    private static void CheckJournal(TemporaryFolder folder)
    {
        string[] lines = [.. File.ReadAllLines(folder["journal.jsonl"]).Skip(1).Select(line => line[..line.IndexOf(line.Contains("\"networks\"", StringComparison.Ordinal) ? ",\"metric\"" : ",\"end\"", StringComparison.Ordinal)])];
        CollectionAssert.AllItemsAreUnique(lines);
        Assert.IsEmpty(Directory.GetDirectories(folder.FullName, "training", SearchOption.AllDirectories));
    }
}
