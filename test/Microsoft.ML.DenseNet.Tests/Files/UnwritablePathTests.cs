namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Paths that nothing can be written to: the message names the path, what is wrong and what to do, whatever is saved.</summary>
[TestClass]
public sealed class UnwritablePathTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void AMissingFolderIsNamed() => AssertRefused(folder => (Path.Combine(folder["none"], "file"), $"the folder '{folder["none"]}' does not exist. Create the folder", typeof(DirectoryNotFoundException)));

    [TestMethod]
    public void AFolderIsNotReplaced() => AssertRefused(folder =>
    {
        Directory.CreateDirectory(folder["taken"]);
        return (folder["taken"], $"'{folder["taken"]}' is a folder, not a file", typeof(IOException));
    });

    [TestMethod]
    public void AFileIsNoFolder() => AssertRefused(folder =>
    {
        File.WriteAllText(folder["a"], "older");
        return (Path.Combine(folder["a"], "file"), $"'{folder["a"]}' is a file, not a folder", typeof(DirectoryNotFoundException));
    });

    [TestMethod]
    public void AReadOnlyFileStays()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "older");
        File.SetAttributes(folder["file"], FileAttributes.ReadOnly);
        foreach (var save in Writers)
        {
            AssertRefused(save, folder["file"], $"'{folder["file"]}' is read-only", typeof(IOException));
            Assert.AreEqual("older", File.ReadAllText(folder["file"]));
        }

        CollectionAssert.AreEqual(new[] { "file" }, folder.Files);
        File.SetAttributes(folder["file"], FileAttributes.Normal);
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void ALinkedFolderThatIsGoneIsNamed() => AssertRefused(folder =>
    {
        Directory.CreateSymbolicLink(folder["link"], folder["gone"]);
        return (Path.Combine(folder["link"], "file"), $"'{folder["link"]}' is a link to '{folder["gone"]}', which does not exist", typeof(DirectoryNotFoundException));
    });

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void TheFolderOfALinkedFileIsNamed() => AssertRefused(folder =>
    {
        string target = Path.Combine(folder["gone"], "file");
        File.CreateSymbolicLink(folder["link"], target);
        return (folder["link"], $"(a link to '{target}') could not be written: the folder '{folder["gone"]}' does not exist. Create", typeof(DirectoryNotFoundException));
    });

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void ALoopOfLinksIsNamed() => AssertRefused(folder =>
    {
        File.CreateSymbolicLink(folder["a"], folder["b"]);
        File.CreateSymbolicLink(folder["b"], folder["a"]);
        return (folder["a"], $"'{folder["a"]}' is a link that leads back to itself", typeof(IOException));
    });

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void AFileThatALinkPointsToIsMade()
    {
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["link"], folder["file"]);
        foreach (var save in Writers)
        {
            save(folder["link"]);
            Assert.IsGreaterThan(0, new FileInfo(folder["file"]).Length);
            CollectionAssert.AreEqual(new[] { "file", "link" }, folder.Files);
            File.Delete(folder["file"]);
        }
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskIsNamed()
    {
        const string Full = "/dev/full"; // a device on which no byte finds room
        using var folder = new TemporaryFolder();
        File.CreateSymbolicLink(folder["link"], Full);
        foreach (var save in Writers)
        {
            AssertRefused(save, Full, "Make room", typeof(IOException));
            AssertRefused(save, folder["link"], $"(a link to '{Full}')", typeof(IOException));
        }

        Assert.IsEmpty(Directory.GetFiles("/dev", "full.*tmp"));
        CollectionAssert.AreEqual(new[] { "link" }, folder.Files);
        AtomicFile.Write("/dev/null", "The file", stream => stream.Write("gone"u8));
        Assert.AreEqual(0, new FileInfo("/dev/null").Length);
    }

    [TestMethod]
    public void AWriteThatFailsHalfwayKeepsTheOlderFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder["file"];
        File.WriteAllText(path, "older");
        AssertRefused(
            path => AtomicFile.Write(path, "The file", stream =>
            {
                stream.Write(new byte[1 << 20]);
                throw new IOException($"No space left on device : '{folder[folder.Files.Single(name => name != "file")]}'");
            }),
            path,
            $"The file '{path}' could not be written: No space left on device : '{path}'. Make room or give access there, or name another file. The older file is kept.",
            typeof(IOException));

        // More than any file system has room for, of which a part is still to be written when the stream is closed.
        Assert.Throws<Exception>(() => AtomicFile.Write(path, "The file", stream =>
        {
            stream.Position = long.MaxValue - 1;
            stream.WriteByte(1);
        }));
        Assert.AreEqual("older", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { "file" }, folder.Files);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void WhereNoFileCanBeMadeTheTargetIsNamedAndNotTheTemporaryFile()
    {
        // The root user may write anywhere else.
        foreach (var save in Writers)
            AssertRefused(save, "/proc/densenet", "Could not find file '/proc/densenet'", typeof(IOException));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void FoldersWithoutAccessAreNamed()
    {
        if (Environment.IsPrivilegedProcess)
            Assert.Inconclusive("The root user has access to all folders.");
        if (OperatingSystem.IsWindows())
            return; // for the analyzer
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(Path.Combine(folder["closed"], "inner"));
        File.SetUnixFileMode(folder["closed"], UnixFileMode.None);
        foreach (var save in Writers)
        {
            AssertRefused(save, Path.Combine(folder["closed"], "file"), folder["closed"], typeof(IOException));
            AssertRefused(save, Path.Combine(folder["closed"], "inner", "file"), $"access to '{Path.Combine(folder["closed"], "inner")}' is denied", typeof(DirectoryNotFoundException));
        }

        File.SetUnixFileMode(folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>All that this package writes as a file.</summary>
    private Action<string>[] Writers
    {
        get
        {
            var transformer = TestTransformers.Regression(_ml, TestTransformers.Data(_ml, ScoringRow.Create(1)).Schema);
            return
            [
                path => _ml.Model.SaveModel(transformer, null, path),
                path => transformer.SaveAsOnnx(path),
                path => transformer.Model.SaveAsOnnx(path),
                path => new CheckpointFile(path).Save(new CheckpointHeader(1, 1, []), state => state.Write(1.0)),
            ];
        }
    }

    private static void AssertRefused(Action<string> save, string path, string named, Type type)
    {
        var exception = Assert.Throws<IOException>(() => save(path), path);
        StringAssert.Contains(exception.Message, $"'{path}'", StringComparison.Ordinal);
        StringAssert.Contains(exception.Message, named, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", exception.ToString(), exception.Message);
        Assert.AreSame(type, exception.GetType());
        Assert.AreSame(exception, exception.GetBaseException());
    }

    private void AssertRefused(Func<TemporaryFolder, (string Path, string Named, Type Type)> prepare)
    {
        using var folder = new TemporaryFolder();
        var (path, named, type) = prepare(folder);
        string[] before = folder.Files;
        foreach (var save in Writers)
            AssertRefused(save, path, named, type);
        CollectionAssert.AreEqual(before, folder.Files);
    }
}
