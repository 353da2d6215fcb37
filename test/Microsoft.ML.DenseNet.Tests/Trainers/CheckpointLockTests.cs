using System.Diagnostics;
using Microsoft.ML.DenseNet.TrainingHost;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Two trainings that want the same checkpoint folder, and folders that are none.</summary>
[TestClass]
public sealed class CheckpointLockTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ASecondTrainingIsRefusedBeforeItReadsARow()
    {
        using var folder = new TemporaryFolder();
        var expected = Fit(View(), null, null);
        bool isRefused = false;
        var first = Fit(View(), folder.FullName, progress =>
        {
            if (progress.Epoch != 2)
                return;
            string[] before = folder.Files;
            foreach (string path in new[] { folder.FullName, folder.FullName + Path.DirectorySeparatorChar, Path.Combine(folder.FullName, "..", Path.GetFileName(folder.FullName)) })
            {
                var unread = View();
                AssertInUse(() => Fit(unread, path, null), folder.FullName);
                Assert.AreEqual(0, unread.Opened);
            }

            CollectionAssert.AreEqual(before, folder.Files);
            isRefused = true;
        });
        Assert.IsTrue(isRefused);
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), first.Parameters.ToArray());
        Assert.IsEmpty(folder.Files);
        Fit(View(), folder.FullName, null); // the next one has it
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void ALinkToTheFolderIsTheSameFolder()
    {
        using var folder = new TemporaryFolder();
        using var links = new TemporaryFolder();
        Directory.CreateSymbolicLink(links["link"], folder.FullName);
        Fit(View(), folder.FullName, _ => AssertInUse(() => Fit(View(), links["link"], null), links["link"]));
    }

    [TestMethod]
    public void AFailureGivesTheFolderBack()
    {
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<InterruptedException>(() => Fit(View(), folder.FullName, progress => throw new InterruptedException()));
        File.WriteAllBytes(folder["fold-1.checkpoint"], new byte[100]);
        for (int i = 0; i < 2; i++)
            StringAssert.Contains(Assert.ThrowsExactly<FormatException>(() => Fit(View(), folder.FullName, null)).Message, "fold-1.checkpoint", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint" }, folder.Files);
    }

    [TestMethod]
    public async Task AnotherProcessKeepsTheFolderUntilItIsKilled()
    {
        using var folder = new TemporaryFolder();
        var expected = HostTraining.Fit(null, null);
        using var process = HostProcess.Start([folder.FullName]);
        Assert.AreEqual("1", await process.StandardOutput.ReadLineAsync());
        for (int epoch = 2; epoch < 10; epoch++)
        {
            AssertInUse(() => HostTraining.Fit(folder.FullName, null), folder.FullName);
            Assert.AreEqual($"{epoch}", await process.StandardOutput.ReadLineAsync(), "it trains on");
        }

        process.Kill();
        await process.WaitForExitAsync();
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), HostTraining.Fit(folder.FullName, null).Parameters.ToArray());
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public async Task WhereNothingCanBeLockedTheLogSaysSo()
    {
        using var folder = new TemporaryFolder();
        using var process = HostProcess.Start(["warnings", folder.FullName], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));
        string output = await process.StandardOutput.ReadToEndAsync();
        StringAssert.Contains(output, $"The file system of '{folder.FullName}' does not lock files", StringComparison.Ordinal);
        Assert.IsEmpty(folder.Files);
        HostTraining.Fit(folder.FullName, progress: null, Assert.Fail); // here it can be locked
    }

    [TestMethod]
    public void OneHolderAtATime()
    {
        // The file is deleted with the lock, over and over: nobody may end up with a lock on the file that was deleted.
        using var folder = new TemporaryFolder();
        int holders = 0, most = 0, taken = 0;
        var clock = Stopwatch.StartNew(); // on a busy machine most attempts fail
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ =>
        {
            for (int round = 0; round < 400 || (Volatile.Read(ref taken) <= 100 && clock.Elapsed.TotalSeconds < 60); round++)
            {
                using var folderLock = FolderLock.TryTake(folder.FullName, Assert.Fail);
                if (folderLock is null)
                    continue;
                int now = Interlocked.Increment(ref holders);
                if (now > 1)
                    most = now;
                Interlocked.Increment(ref taken);
                Thread.Yield();
                Interlocked.Decrement(ref holders);
            }
        });
        Assert.AreEqual(0, most);
        Assert.IsGreaterThan(100, taken);
        Assert.IsEmpty(folder.Files);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void FoldersThatAreLinksToNowhereAreNamed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder["gone"], folder["target"]);
        Directory.CreateSymbolicLink(folder["loop"], folder["loop"]);
        File.WriteAllText(folder["file"], "");
        foreach (var (path, named) in new[]
        {
            (folder["gone"], $"'{folder["gone"]}' is a link to '{folder["target"]}', which does not exist"),
            (Path.Combine(folder["gone"], "inner"), $"'{folder["gone"]}' is a link to '{folder["target"]}', which does not exist"),
            (folder["loop"], $"'{folder["loop"]}' is a link that leads back to itself"),
            (folder["file"], $"'{folder["file"]}' is a file, not a folder"),
            (Path.Combine(folder["file"], "inner"), $"'{folder["file"]}' is a file, not a folder"),
        })
        {
            var view = View();
            var exception = Assert.ThrowsExactly<IOException>(() => Fit(view, path, null));
            StringAssert.Contains(exception.Message, $"CheckpointDirectory is '{path}', which cannot be made a folder: {named}. Name another", StringComparison.Ordinal);
            Assert.AreEqual(0, view.Opened);

            exception = Assert.ThrowsExactly<IOException>(() => Fit(View(), null, null, new TensorBoardObserver(path)));
            StringAssert.Contains(exception.Message, $"TensorBoardObserver's directory is '{path}', which cannot be made a folder: {named}. Name another", StringComparison.Ordinal);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFolderThatCannotBeWrittenToIsNamed()
    {
        const string Unwritable = "/proc/self"; // the root user may write anywhere else
        var view = View();
        var exception = Assert.ThrowsExactly<IOException>(() => Fit(view, Unwritable, null));
        StringAssert.Contains(exception.Message, $"CheckpointDirectory is '{Unwritable}', which cannot be written to: ", StringComparison.Ordinal);
        Assert.AreEqual(0, view.Opened);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void FilesThatAreLinksToNowhereAreNamed()
    {
        using var folder = new TemporaryFolder();
        string file = folder["fold-1.checkpoint"];
        foreach (var (target, named) in new[] { (folder["gone"], $"'{file}' is a link to '{folder["gone"]}', which does not exist. Delete it"), (file, $"'{file}' is a link that leads back to itself. Delete it") })
        {
            File.CreateSymbolicLink(file, target);
            foreach (int? seed in new int?[] { 1, null })
            {
                var exception = Assert.ThrowsExactly<IOException>(() => Fit(View(), folder.FullName, _ => Assert.Fail("An epoch was trained."), seed: seed));
                StringAssert.Contains(exception.Message, $"The checkpoint '{file}' cannot be ", StringComparison.Ordinal);
                StringAssert.Contains(exception.Message, named, StringComparison.Ordinal);
            }

            File.Delete(file);
        }
    }

    [TestMethod]
    public void AFolderInPlaceOfAFileIsNamedBeforeTheFirstEpoch()
    {
        using var folder = new TemporaryFolder();
        string file = folder["fold-1.checkpoint"];
        Directory.CreateDirectory(file);
        var exception = Assert.ThrowsExactly<IOException>(() => Fit(View(), folder.FullName, _ => Assert.Fail("An epoch was trained.")));
        StringAssert.Contains(exception.Message, $"The checkpoint '{file}' cannot be written: '{file}' is a folder, not a file. Delete it", StringComparison.Ordinal);
    }

    private static GeneratedView View() => new(40, 3, row => new GeneratedRow(new Microsoft.ML.Data.VBuffer<float>(3, [row, row % 7, -row]), row % 2));

    private TrainedNetwork Fit(GeneratedView view, string? folder, Action<TrainingProgress>? progress, TrainingObserver? observer = null, int? seed = 1)
    {
        var ml = seed is null ? new MLContext() : _ml;
        var options = new DenseNetBinaryTrainer.Options { HiddenUnits = [3], NumberOfEpochs = 4, Seed = seed, CheckpointDirectory = folder, CheckpointInterval = TimeSpan.Zero, Progress = progress };
        if (observer is not null)
            options.Observers.Add(observer);
        return ml.BinaryClassification.Trainers.DenseNet(options).Fit(view).Model.Network;
    }

    private static void AssertInUse(Action fit, string folder)
    {
        var exception = Assert.ThrowsExactly<IOException>(fit);
        StringAssert.Contains(exception.Message, $"CheckpointDirectory is '{folder}", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, "another training is using this folder. Wait until it has ended, or name another folder.", StringComparison.Ordinal);
    }
}
