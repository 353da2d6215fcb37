using System.Reflection;

namespace Microsoft.ML.DenseNet.Tests.Rooms;

/// <summary>Holds the source to the rooms and arrows of docs/architecture.md.</summary>
[TestClass]
public sealed class ArchitectureTests
{
    private static readonly string Repository =
        typeof(ArchitectureTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;

    private static readonly RoomTable Table = RoomTable.Parse(File.ReadAllText(Path.Combine(Repository, "docs", "architecture.md")));

    private const string IntruderPath = "Microsoft.ML.DenseNet/Data/Intruder.cs";

    /// <summary>Breaks a rule, so that the tests see what happens when a reference does.</summary>
    private const string Intruder = """
        namespace Microsoft.ML.DenseNet;

        internal static class Intruder
        {
            public static int Threads(DenseNetOptions options) => options.NumberOfThreads ?? 1;
        }
        """;

    private static readonly Lazy<SourceModel> Model = new(() => SourceModel.Of(Source, (IntruderPath, Intruder)));

    private static readonly Lazy<string[]> Forbidden = new(FindForbidden);

    private static string Source => Path.Combine(Repository, "src");

    [TestMethod]
    public void TheSourceCompilesAsOne()
    {
        string[] errors = [.. Model.Value.Errors()];
        Assert.IsEmpty(errors, string.Join('\n', errors.Take(5)));
    }

    [TestMethod]
    public void EveryReferenceFollowsAnArrow()
    {
        string[] forbidden = [.. Forbidden.Value.Where(message => !IsOfIntruder(message))];
        Assert.IsEmpty(forbidden, string.Join('\n', forbidden));
    }

    [TestMethod]
    public void AForbiddenReferenceIsNamed() => Assert.AreEqual(
        "Microsoft.ML.DenseNet/Data/Intruder.cs(5): DenseNet/Data uses DenseNetOptions of DenseNet/Recipes, an arrow that docs/architecture.md does not have.",
        Forbidden.Value.Single(IsOfIntruder));

    [TestMethod]
    public void EveryFileIsInARoom()
    {
        string[] homeless = [.. SourceFiles().Where(file => !Table.Rooms.Contains(Table.RoomOf(file)))];
        Assert.IsEmpty(homeless, string.Join('\n', homeless));
        foreach (string room in Table.Rooms)
            Assert.IsTrue(SourceFiles().Any(file => Table.RoomOf(file) == room), $"docs/architecture.md lists {room}, which has no file.");
    }

    [TestMethod]
    public void NoFileIsLongerThan350Lines()
    {
        string[] tooLong = [.. SourceFiles().Where(file => File.ReadLines(Path.Combine(Source, file)).Count() > 350)];
        Assert.IsEmpty(tooLong, string.Join('\n', tooLong));
    }

    private static bool IsOfIntruder(string message) => message.StartsWith(IntruderPath, StringComparison.Ordinal);

    private static string[] FindForbidden() =>
    [
        .. Model.Value.References((user, used) => !Table.Allows(Table.RoomOf(user), Table.RoomOf(used)))
            .DistinctBy(reference => (reference.File, reference.Type))
            .Select(reference => $"{reference.File}({reference.Line}): {Table.RoomOf(reference.File)} uses {reference.Type} of {Table.RoomOf(reference.UsedFile)}, an arrow that docs/architecture.md does not have."),
    ];

    private static IEnumerable<string> SourceFiles() => Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories)
        .Select(path => Path.GetRelativePath(Source, path).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal));
}
