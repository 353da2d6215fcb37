using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Microsoft.ML.DenseNet.Mpi.TestHost;

namespace Microsoft.ML.DenseNet.Mpi.Tests;

/// <summary>Ranks that are processes, started by mpiexec: exchanges, models, and every way to fail.</summary>
[TestClass]
public sealed partial class MpiTests
{
    /// <summary>How long a failure may take to end all ranks, on a busy machine.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(4)]
    public void Exchanges_give_what_they_must(int ranks)
    {
        var end = MpiProcess.Run(ranks, "exchange");
        Assert.AreEqual(0, end.ExitCode, end.Text);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Every_rank_gets_the_model_of_one_process(int ranks)
    {
        string[] names = ["regression", "budget"];
        using var folder = new TestFolder();
        var end = MpiProcess.Run(ranks, ["fit", "Networks", folder.Path, .. names]);
        Assert.AreEqual(0, end.ExitCode, end.Text);
        foreach (string name in names)
            AssertModels(folder, name, ranks, JointTraining.Fit(name, null));
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void Ranks_that_share_rows_get_the_bits_of_their_number(int ranks)
    {
        // Threads that add up in the order of ranks by other means give the same bits.
        string[] names = ["named", "dropout", "lazy"];
        using var folder = new TestFolder();
        var end = MpiProcess.Run(ranks, ["fit", "Rows", folder.Path, .. names]);
        Assert.AreEqual(0, end.ExitCode, end.Text);
        foreach (string name in names)
        {
            var threads = ThreadWorkers.Run(ranks, workers =>
            {
                workers.Split = WorkSplit.Rows;
                return JointTraining.Fit(name, workers);
            });
            AssertModels(folder, name, ranks, threads[0].Result!);
        }
    }

    [TestMethod]
    public void Ranks_with_their_own_rows_train_as_with_their_shares_of_common_data()
    {
        string[] names = ["binary", "named", "stream"];
        using var folder = new TestFolder();
        var end = MpiProcess.Run(3, ["own", folder.Path, .. names]);
        Assert.AreEqual(0, end.ExitCode, end.Text);
        foreach (string name in names)
        {
            var threads = ThreadWorkers.Run(3, workers =>
            {
                workers.Split = WorkSplit.Rows;
                return JointTraining.Fit(name, workers);
            });
            AssertModels(folder, name, 3, threads[0].Result!);
        }
    }

    [TestMethod]
    public void A_program_started_alone_needs_no_MPI()
    {
        using var folder = new TestFolder();
        var end = MpiProcess.RunAlone(["fit", "Networks", folder.Path, "named"], ("DENSENET_MPI_LIBRARY", "libnothing.so"), ("PMI_RANK", null));
        Assert.AreEqual(0, end.ExitCode, end.Text);
        AssertModels(folder, "named", 1, JointTraining.Fit("named", null));
    }

    [TestMethod]
    public void Open_MPI_and_a_missing_library_are_refused_with_the_remedy()
    {
        var open = MpiProcess.RunAlone(["exchange"], ("OMPI_COMM_WORLD_SIZE", "2"));
        Assert.AreNotEqual(0, open.ExitCode);
        Assert.Contains("started by the mpiexec of Open MPI: Open MPI has another binary interface than MPICH", open.Errors);
        Assert.Contains("Install MPICH (Debian and Ubuntu: the package mpich)", open.Errors);
        var missing = MpiProcess.RunAlone(["exchange"], ("PMI_RANK", "0"), ("DENSENET_MPI_LIBRARY", "libnothing.so"));
        Assert.AreNotEqual(0, missing.ExitCode);
        Assert.Contains("no MPI library was found: looked for libnothing.so. Install MPICH", missing.Errors);
    }

    [TestMethod]
    [DataRow("throw", "rank 1 on * failed and ends all 3 processes. NotSupportedException: The cable was pulled.")]
    [DataRow("schedule", "rank 1 on * failed and ends all 3 processes. *NotSupportedException: The cable was pulled.")]
    [DataRow("leave", "rank * on * failed and ends all 3 processes. It waits for rank 1 on *, which has left: all processes must make the same calls in the same order.")]
    public void A_rank_that_fails_or_leaves_ends_all_with_one_clear_message(string how, string message)
    {
        var end = MpiProcess.Run(3, how, "1");
        Assert.AreNotEqual(0, end.ExitCode, end.Text);
        Assert.IsLessThan(Soon, end.Time, end.Text);
        string[] said = [.. end.Errors.Split('\n').Where(line => line.StartsWith("DenseNet: ", StringComparison.Ordinal))];
        Assert.IsNotEmpty(said, end.Text);
        Assert.MatchesRegex($"^DenseNet: {Regex.Escape(message).Replace(@"\*", ".*", StringComparison.Ordinal)}$", said[0]);
        if (how != "leave") // both ranks that wait may say so
            Assert.HasCount(1, said, end.Text);
    }

    [TestMethod]
    public void A_rank_with_other_options_is_refused_by_all()
    {
        var end = MpiProcess.Run(3, "differ", "2");
        Assert.AreNotEqual(0, end.ExitCode, end.Text);
        for (int rank = 0; rank < 3; rank++)
            Assert.MatchesRegex($"(?m)^{rank}: Rank 2 on .* is about to train something else than rank 0 on .*: the number of epochs is 3 on rank 2 and 4 on rank 0\\.", end.Output);
    }

    [TestMethod]
    public void MPI_starts_once()
    {
        var end = MpiProcess.Run(2, "twice");
        Assert.AreNotEqual(0, end.ExitCode, end.Text);
        Assert.Contains("MpiWorkers.Start was called before", end.Errors);
    }

    [TestMethod]
    [DataRow(WorkSplit.Networks, 1)]
    [DataRow(WorkSplit.Networks, 2)]
    [DataRow(WorkSplit.Rows, 3)]
    public void A_killed_rank_ends_all_and_the_training_resumes_on_another_number_of_ranks(WorkSplit split, int seed)
    {
        var random = new Random(seed);
        using var folder = new TestFolder();
        using var checkpoints = new TestFolder();
        using (var process = MpiProcess.Start(3, "keep", $"{split}", folder.Path, checkpoints.Path))
        {
            // Some epochs in, one of the processes is killed as the system or a power failure would. After 4 reports of 3 ranks, one of them is
            // in its second epoch, so the first has been saved.
            int victim = random.Next(3), after = random.Next(4, 15);
            int target = WaitFor(process, Report(), victim, after);
            var clock = Stopwatch.StartNew();
            Process.GetProcessById(target).Kill();
            var end = MpiProcess.End(process);
            Assert.AreNotEqual(0, end.ExitCode, end.Text);
            Assert.IsLessThan(Soon, clock.Elapsed);
        }

        Assert.IsNotEmpty(Directory.GetFiles(checkpoints.Path, "*.checkpoint"));
        var resumed = MpiProcess.Run(2, "keep", $"{split}", folder.Path, checkpoints.Path);
        Assert.AreEqual(0, resumed.ExitCode, resumed.Text);
        Assert.Contains("Resumed at epoch", resumed.Output);
        var expected = JointTraining.Fit("time", null);
        if (split == WorkSplit.Networks)
            AssertModels(folder, "time", 2, expected);
        else
            AssertCloseModels(folder, "time", 2, expected);
        Assert.IsEmpty(Directory.GetFiles(checkpoints.Path));
    }

    [TestMethod]
    public void Two_ranks_tune_as_one_process_does_and_leave_no_temporary_folder()
    {
        using var folder = new TestFolder();
        var end = MpiProcess.Run(2, "tune", folder.Path);
        Assert.AreEqual(0, end.ExitCode, end.Text);
        AssertTuned(folder, end.Output);
        int[] ended = [.. TrialReport().Matches(end.Output).Where(report => report.Groups["what"].Value == "ended").Select(report => int.Parse(report.Groups["trial"].Value)).Order()];
        CollectionAssert.AreEqual(Enumerable.Range(0, JointSearch.Trials).ToArray(), ended, "each trial is done once");
        Assert.HasCount(2, Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_killed_tuning_ends_as_an_undisturbed_one_when_it_is_started_again(int seed)
    {
        var random = new Random(seed);
        using var folder = new TestFolder();
        using var journal = new TestFolder();
        using (var process = MpiProcess.Start(2, "tune", folder.Path, journal.Path))
        {
            int victim = random.Next(2), after = random.Next(3, 15);
            Process.GetProcessById(WaitFor(process, TrialReport(), victim, after)).Kill();
            var end = MpiProcess.End(process);
            Assert.AreNotEqual(0, end.ExitCode, end.Text);
            Assert.IsLessThan(Soon, end.Time);
        }

        var resumed = MpiProcess.Run(2, "tune", folder.Path, journal.Path);
        Assert.AreEqual(0, resumed.ExitCode, resumed.Text);
        AssertTuned(folder, resumed.Text);
        Assert.IsEmpty(Directory.GetDirectories(journal.Path, "training", SearchOption.AllDirectories));
    }

    /// <summary>Reads reports until there are enough of them and a rank has made one; returns that rank's process.</summary>
    private static int WaitFor(Process process, Regex reports, int rank, int count)
    {
        int? target = null;
        int seen = 0;
        while ((seen < count || target is null) && process.StandardOutput.ReadLine() is { } line)
        {
            if (reports.Match(line) is not { Success: true } report)
                continue;
            seen++;
            if (int.Parse(report.Groups["rank"].Value) == rank)
                target = int.Parse(report.Groups["process"].Value);
        }

        Assert.IsNotNull(target);
        return target.Value;
    }

    private static void AssertTuned(TestFolder folder, string output)
    {
        string expected = JointSearch.Describe(JointSearch.Run(null));
        for (int rank = 0; rank < 2; rank++)
            Assert.AreEqual(expected, File.ReadAllText(Path.Combine(folder.Path, $"tuned-{rank}.txt")), output);
    }

    private static void AssertModels(TestFolder folder, string name, int ranks, TrainedNetwork expected)
    {
        for (int rank = 0; rank < ranks; rank++)
            CollectionAssert.AreEqual(MemoryMarshal.AsBytes(expected.Parameters.Span).ToArray(), File.ReadAllBytes(Path.Combine(folder.Path, $"{name}-{rank}.bin")), $"{name}, rank {rank} of {ranks}");
    }

    private static void AssertCloseModels(TestFolder folder, string name, int ranks, TrainedNetwork expected)
    {
        for (int rank = 0; rank < ranks; rank++)
        {
            float[] actual = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder.Path, $"{name}-{rank}.bin"))).ToArray();
            Networks.AssertClose(expected.Parameters.Span, actual, $"{name}, rank {rank} of {ranks}");
        }
    }

    [GeneratedRegex(@"^process (?<process>\d+) rank (?<rank>\d+) Epoch")]
    private static partial Regex Report();

    [GeneratedRegex(@"process (?<process>\d+) rank (?<rank>\d+) trial (?<trial>\d+) (?<what>network|ended)")]
    private static partial Regex TrialReport();
}
