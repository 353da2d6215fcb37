using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Files that are written whole or not at all, by one writer or several.</summary>
[TestClass]
public sealed class AtomicFileTests
{
    private const string Leftover = ".0123456789abcdef.densenet.tmp";

    [TestMethod]
    public void WhatKilledWritersLeftGoesAndNothingElse()
    {
        using var folder = new TemporaryFolder();
        string[] others = ["a.onnx.tmp", "b.onnx" + Leftover, "a.onnx.0123456789abcdeX.densenet.tmp", "a.onnx.0123.densenet.tmp", "xa.onnx" + Leftover, "axonnx" + Leftover];
        foreach (string name in others.Append("a.onnx" + Leftover).Append("a.onnx"))
            File.WriteAllText(folder[name], "older");
        Write(folder["a.onnx"], "new");
        Assert.AreEqual("new", File.ReadAllText(folder["a.onnx"]));
        CollectionAssert.AreEquivalent(others.Append("a.onnx").ToArray(), folder.Files);

        File.WriteAllText(folder["a.onnx" + Leftover], "again");
        AtomicFile.RemoveLeftovers(folder["a.onnx"]);
        CollectionAssert.AreEquivalent(others.Append("a.onnx").ToArray(), folder.Files);
    }

    [TestMethod]
    public void AWriterLeavesALivingOneAlone()
    {
        using var folder = new TemporaryFolder();
        string path = folder["file"];
        AtomicFile.Write(path, "The file", outer =>
        {
            outer.Write("outer"u8);
            Write(path, "inner");
            AtomicFile.RemoveLeftovers(path);
            Assert.AreEqual("inner", File.ReadAllText(path));
            Assert.HasCount(2, folder.Files);
        });
        Assert.AreEqual("outer", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { "file" }, folder.Files);
    }

    [TestMethod]
    public void ManyWritersAtOnceLeaveAWholeFile()
    {
        using var folder = new TemporaryFolder();
        string path = folder["file"];
        for (int i = 0; i < 50; i++)
            File.WriteAllText(path + $".{i:x16}.densenet.tmp", "of a killed writer");
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, writer =>
        {
            byte[] content = Enumerable.Repeat((byte)writer, 3000 + writer).ToArray();
            for (int round = 0; round < 40; round++)
                AtomicFile.Write(path, "The file", content);
        });
        byte[] last = File.ReadAllBytes(path);
        Assert.AreEqual(3000 + last[0], last.Length);
        Assert.DoesNotContain(true, last.Select(value => value != last[0]));
        CollectionAssert.AreEqual(new[] { "file" }, folder.Files);
    }

    [TestMethod]
    [DataRow("n")]
    [DataRow("ä")]
    [DataRow("😀")]
    public void NamesMayBeAsLongAsTheFileSystemAllows(string text)
    {
        using var folder = new TemporaryFolder();
        int most = OperatingSystem.IsLinux() ? 255 / Encoding.UTF8.GetByteCount(text) : 255 / text.Length;
        foreach (string name in new[] { string.Concat(Enumerable.Repeat(text, most)), string.Concat(Enumerable.Repeat(text, most - 1)) + "x", "x" + string.Concat(Enumerable.Repeat(text, most - 1)) })
        {
            bool isCaughtUp = false;
            AtomicFile.Write(folder[name], "The file", stream => isCaughtUp = folder.Files.Length == 1);
            Assert.IsTrue(isCaughtUp, "a temporary file beside it");
            CollectionAssert.AreEqual(new[] { name }, folder.Files);
            File.Delete(folder[name]);
        }
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void WhoMayReadTheOlderFileMayReadTheNewOneAndNobodyElse()
    {
        if (OperatingSystem.IsWindows())
            return; // for the analyzer
        using var folder = new TemporaryFolder();
        const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Write(folder["file"], "older");
        File.SetUnixFileMode(folder["file"], Secret);
        Write(folder["file"], "new");
        Assert.AreEqual(Secret, File.GetUnixFileMode(folder["file"]));
    }

    [TestMethod]
    public void AnErrorOfWhoeverWritesPassesThrough()
    {
        using var folder = new TemporaryFolder();
        Write(folder["file"], "older");
        var exception = new NotSupportedException("no such layer");
        Assert.AreSame(exception, Assert.ThrowsExactly<NotSupportedException>(() => AtomicFile.Write(folder["file"], "The file", stream =>
        {
            stream.Write("half"u8);
            throw exception;
        })));
        Assert.AreEqual("older", File.ReadAllText(folder["file"]));
        CollectionAssert.AreEqual(new[] { "file" }, folder.Files);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void WithoutLocksNothingOfAnotherWriterIsRemoved()
    {
        // Nothing tells a living writer from a killed one there, so both keep their files.
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["fold-1.checkpoint" + Leftover], "of another writer");
        using var process = HostProcess.Start([folder.FullName], ("DOTNET_SYSTEM_IO_DISABLEFILELOCKING", "1"));
        for (string? line = ""; line is not null and not "3";)
            line = process.StandardOutput.ReadLine();
        process.Kill();
        process.WaitForExit();
        Assert.Contains("fold-1.checkpoint", folder.Files);
        Assert.Contains("fold-1.checkpoint" + Leftover, folder.Files);
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, "The file", Encoding.UTF8.GetBytes(text));
}
