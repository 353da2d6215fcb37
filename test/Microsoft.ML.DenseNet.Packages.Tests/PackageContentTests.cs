using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>What is in the packages.</summary>
[TestClass]
public sealed class PackageContentTests
{
    /// <summary>The kind of a PDB's Source Link record, as the portable PDB format defines it.</summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    public static IEnumerable<object[]> Ids => PackedFeed.Ids.Select(id => new object[] { id });

    [TestMethod]
    public void Five_packages_are_packed_each_with_symbols()
    {
        string[] files = [.. Directory.GetFiles(PackedFeed.Folder).Select(file => Path.GetFileName(file))];
        CollectionAssert.AreEquivalent(
            PackedFeed.Ids.SelectMany(id => new[] { $"{id}.{Settings.PackageVersion}.nupkg", $"{id}.{Settings.PackageVersion}.snupkg" }).ToArray(), files);
    }

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public void A_package_has_a_readme_an_icon_the_licence_and_documentation(string id)
    {
        using var package = Open(id, "nupkg");
        var metadata = Metadata(package);
        Assert.AreEqual(id, Text("id"));
        Assert.Contains("MIT", Text("license"));
        Assert.IsNotNull(package.GetEntry("LICENSE"));
        using (var icon = package.GetEntry(Text("icon"))!.Open())
            CollectionAssert.AreEqual("PNG"u8.ToArray(), ReadAll(icon)[1..4]);

        string readme = Encoding.UTF8.GetString(ReadAll(package.GetEntry(Text("readme"))!.Open()));
        Assert.StartsWith("# Microsoft.ML.DenseNet", readme);
        Assert.IsGreaterThan(1, Text("description").Split(' ').Length);

        var library = package.Entries.Single(entry => entry.FullName.StartsWith("lib/net10.0/", StringComparison.Ordinal) && entry.Name.EndsWith(".dll", StringComparison.Ordinal));
        var documentation = XDocument.Load(package.GetEntry(Path.ChangeExtension(library.FullName, ".xml"))!.Open());
        string[] publicTypes = [.. PublicTypes(library)];
        string[] documented = [.. documentation.Descendants("member").Select(member => member.Attribute("name")!.Value)];
        foreach (string type in publicTypes)
            Assert.Contains($"T:{type}", documented);

        string Text(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
    }

    [TestMethod]
    public void Ours_depend_on_one_exact_version_of_each_other_and_on_a_closed_range_of_ML_NET()
    {
        foreach (string id in PackedFeed.Ids)
            foreach (var (dependency, version) in Dependencies(id))
                if (PackedFeed.Ids.Contains(dependency))
                    Assert.AreEqual($"[{Settings.PackageVersion}]", version, $"{id}: {dependency}");
                else if (dependency == "Microsoft.ML")
                    Assert.MatchesRegex(@"^\[5\.\d+\.\d+, 6\.0\.0\)$", version);
    }

    [TestMethod]
    public void Only_what_trains_depends_on_TorchSharp_only_what_draws_on_ScottPlot_and_only_Mpi_on_MPI_NET()
    {
        string networks = PackedFeed.Ids[0], scoring = PackedFeed.Ids[1], training = PackedFeed.Ids[2], reporting = PackedFeed.Ids[3], mpi = PackedFeed.Ids[4];
        CollectionAssert.AreEquivalent(new[] { "Google.Protobuf", "System.Numerics.Tensors" }, Names(networks));
        CollectionAssert.AreEquivalent(new[] { networks, "Microsoft.ML", "Google.Protobuf", "System.Numerics.Tensors" }, Names(scoring));
        Assert.Contains("TorchSharp", Names(training));
        Assert.DoesNotContain("ScottPlot", Names(training));
        Assert.Contains("ScottPlot", Names(reporting));
        CollectionAssert.IsSubsetOf(new[] { training, "MPI.NET" }, Names(mpi));
        Assert.DoesNotContain("ScottPlot", Names(mpi));
        foreach (string other in PackedFeed.Ids.Where(id => id != mpi))
            Assert.DoesNotContain("MPI.NET", Names(other));

        static string[] Names(string id) => [.. Dependencies(id).Select(dependency => dependency.Id)];
    }

    [TestMethod]
    [DynamicData(nameof(Ids))]
    public void Symbols_lead_to_the_sources(string id)
    {
        using var package = Open(id, "snupkg");
        string? map = SourceMap(package.Entries.Single(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)).Open());
        if (map is null && !DotNet.Run("git", Settings.Repository, ["remote", "-v"]).Contains("https://", StringComparison.Ordinal))
            Assert.Inconclusive("This clone has no git remote with a web address, which Source Link would point to.");
        Assert.Contains("\"documents\"", map!);
    }

    [TestMethod]
    public void Symbols_built_in_a_clone_of_a_web_address_lead_to_the_commit_there()
    {
        string clone = Directory.CreateTempSubdirectory().FullName;
        try
        {
            DotNet.Run("git", clone, ["clone", "--quiet", Settings.Repository, "."]);
            DotNet.Run("git", clone, ["remote", "set-url", "origin", "https://github.com/example/densenet.git"]);
            string commit = DotNet.Run("git", clone, ["rev-parse", "HEAD"]).Trim(), project = Path.Combine(clone, "src", "Microsoft.ML.DenseNet.Networks");
            DotNet.Sdk(clone, ["build", project, "-c", Settings.Configuration, "-p:ContinuousIntegrationBuild=true"]);

            string? map = SourceMap(File.OpenRead(Path.Combine(project, "bin", Settings.Configuration, "net10.0", "Microsoft.ML.DenseNet.Networks.pdb")));
            Assert.AreEqual($$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/example/densenet/{{{commit}}}/*"}}""", map);
        }
        finally
        {
            DeleteClone(clone);
        }
    }

    private static ZipArchive Open(string id, string extension) =>
        ZipFile.OpenRead(Path.Combine(PackedFeed.Folder, $"{id}.{Settings.PackageVersion}.{extension}"));

    private static XElement Metadata(ZipArchive package)
    {
        using var manifest = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(manifest).Root!.Elements().Single();
    }

    private static IEnumerable<(string Id, string Version)> Dependencies(string id)
    {
        using var package = Open(id, "nupkg");
        return [.. Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value))];
    }

    private static IEnumerable<string> PublicTypes(ZipArchiveEntry library)
    {
        using var stream = new MemoryStream(ReadAll(library.Open()));
        using var file = new System.Reflection.PortableExecutable.PEReader(stream);
        var reader = file.GetMetadataReader();
        return [.. reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type => type.Attributes.HasFlag(System.Reflection.TypeAttributes.Public) && type.GetDeclaringType().IsNil)
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}")];
    }

    /// <summary>What a PDB says about where its sources are; null if nothing.</summary>
    private static string? SourceMap(Stream pdb)
    {
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(ReadAll(pdb)));
        var reader = provider.GetMetadataReader();
        return reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Where(record => reader.GetGuid(record.Kind) == SourceLink)
            .Select(record => Encoding.UTF8.GetString(reader.GetBlobBytes(record.Value))).SingleOrDefault();
    }

    /// <summary>Deletes a clone, whose objects git writes as read-only files.</summary>
    private static void DeleteClone(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            File.SetAttributes(file, FileAttributes.Normal);
        Directory.Delete(folder, recursive: true);
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        using (stream)
            stream.CopyTo(copy);
        return copy.ToArray();
    }
}
