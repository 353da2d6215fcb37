using System.Runtime.InteropServices;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;
using Microsoft.ML.DenseNet.Build;

namespace Microsoft.ML.DenseNet.Tests.Build;

[TestClass]
public sealed partial class RelaxNativeSymbolVersionsTests
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Provider = "libstdc++.so.6";

    private readonly string _folder = Directory.CreateTempSubdirectory("relax").FullName;
    private readonly RecordingBuildEngine _engine = new();

    private string Library => Path.Combine(_folder, "library.so");

    private string Copy => Path.Combine(_folder, "obj", "library.so");

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void OnlyTheOneDemandBecomesWeak()
    {
        TinyElf elf = new TinyElf()
            .Needs("libm.so.6", "GLIBC_2.29")
            .Needs(Provider, "GLIBCXX_3.4.21", Version, "CXXABI_1.3")
            .Needs("libother.so.1", Version);
        byte[] original = elf.ToArray();

        ITaskItem[] relaxed = Run(original);

        Assert.HasCount(1, relaxed);
        byte[] expected = [.. original];
        expected[elf.FlagsOffsets[2]] = 2;
        CollectionAssert.AreEqual(expected, File.ReadAllBytes(Copy));
        CollectionAssert.AreEqual(original, File.ReadAllBytes(Library));
    }

    [TestMethod]
    public void TheSecondRunWritesNothingAndAChangedCopyIsMendedAgain()
    {
        byte[] original = new TinyElf().Needs(Provider, Version).ToArray();
        Run(original);
        byte[] relaxed = File.ReadAllBytes(Copy);
        DateTime longAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Copy, longAgo);

        Assert.HasCount(1, Run(original));
        Assert.AreEqual(longAgo, File.GetLastWriteTimeUtc(Copy));

        File.WriteAllBytes(Copy, original);
        Assert.HasCount(1, Run(original));
        CollectionAssert.AreEqual(relaxed, File.ReadAllBytes(Copy));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFileThatTheCopyIsLinkedWithStaysAsItIs()
    {
        byte[] original = new TinyElf().Needs(Provider, Version).ToArray();
        Directory.CreateDirectory(Path.GetDirectoryName(Copy)!);
        string linked = Path.Combine(_folder, "linked.so");
        File.WriteAllBytes(linked, original);
        Assert.AreEqual(0, Link(linked, Copy));

        Assert.HasCount(1, Run(original));

        CollectionAssert.AreEqual(original, File.ReadAllBytes(linked));
        CollectionAssert.AreNotEqual(original, File.ReadAllBytes(Copy));
    }

    [TestMethod]
    public void NothingIsWrittenWhereTheMachineHasTheVersion()
    {
        byte[] original = new TinyElf().Needs(Provider, Version).ToArray();
        Provide("new", new TinyElf().Provides(Provider, "GLIBCXX_3.4", Version).ToArray());

        Assert.IsEmpty(Run(original, providers: ["none", "new"]));
        Assert.IsFalse(File.Exists(Copy));
        Assert.HasCount(1, Run(original, always: true, providers: ["none", "new"]));
    }

    [TestMethod]
    public void OnlyALibstdcxxForTheSameProcessorCounts()
    {
        byte[] original = new TinyElf().Needs(Provider, Version).ToArray();
        Provide("foreign", new TinyElf { Machine = TinyElf.Arm64 }.Provides(Version).ToArray());
        Provide("garbage", "not a library"u8.ToArray());
        Provide("old", new TinyElf().Provides("GLIBCXX_3.4.30").ToArray());

        Assert.HasCount(1, Run(original, providers: ["foreign", "garbage", "old"]));
    }

    [TestMethod]
    public void ALibraryWithoutTheDemandIsLeftAlone()
    {
        Assert.IsEmpty(Run(new TinyElf().Needs(Provider, "GLIBCXX_3.4.30").ToArray()));
        Assert.IsEmpty(Run(new TinyElf().Provides(Version).ToArray()));
        Assert.IsFalse(File.Exists(Copy));
        Assert.IsEmpty(_engine.Warnings);
    }

    [TestMethod]
    public void WhatIsNotAReadableElfFileIsLeftAloneWithAWarning()
    {
        byte[] whole = new TinyElf().Needs("libm.so.6", "GLIBC_2.29").Needs(Provider, Version).ToArray();
        byte[] for32Bit = [.. whole];
        for32Bit[4] = 1;

        byte[][] unreadable = [[], "MZ, not an ELF file"u8.ToArray(), for32Bit, whole[..^256], whole[..64], whole[..20]];
        foreach (byte[] image in unreadable)
        {
            _engine.Warnings.Clear();
            Assert.IsEmpty(Run(image));
            Assert.IsFalse(File.Exists(Copy));
            Assert.HasCount(1, _engine.Warnings);
            Assert.AreEqual("DENSENET001", _engine.Warnings[0].Code);
            Assert.AreEqual(Library, _engine.Warnings[0].File);
        }
    }

    [TestMethod]
    public void NoDamageThrows()
    {
        byte[] whole = new TinyElf().Needs("libm.so.6", "GLIBC_2.29").Needs(Provider, Version).ToArray();
        for (int i = 0; i < whole.Length; i++)
        {
            foreach (byte damage in (byte[])[0x00, 0x7f, 0xff])
            {
                byte[] image = [.. whole];
                image[i] = damage;
                try
                {
                    _ = new ElfFile(image).VersionNeeds().Count();
                }
                catch (InvalidDataException)
                {
                    // The only answer to damage that the task expects.
                }
            }
        }
    }

    private ITaskItem[] Run(byte[] library, bool always = false, string[]? providers = null)
    {
        File.WriteAllBytes(Library, library);
        RelaxNativeSymbolVersions task = new()
        {
            BuildEngine = _engine,
            Libraries = [new TaskItem(Library, new Dictionary<string, string> { ["RelaxedCopy"] = Copy })],
            Version = Version,
            Provider = Provider,
            Always = always,
            ProviderDirectories = [.. (providers ?? []).Select(provider => Path.Combine(_folder, provider))],
        };
        Assert.IsTrue(task.Execute());
        Assert.IsEmpty(_engine.Errors);
        return task.Relaxed;
    }

    private void Provide(string directory, byte[] image) =>
        File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, directory)).FullName, Provider), image);

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);
}
