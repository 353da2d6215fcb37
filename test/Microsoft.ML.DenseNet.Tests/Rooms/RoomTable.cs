using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests.Rooms;

/// <summary>The rooms of the source tree and the arrows between them, as the table in docs/architecture.md shows them.</summary>
internal sealed partial class RoomTable
{
    private const string Prefix = "Microsoft.ML.DenseNet";

    private readonly Dictionary<string, HashSet<string>> _mayUse = [];

    private RoomTable()
    {
    }

    public IReadOnlyCollection<string> Rooms => _mayUse.Keys;

    /// <summary>Reads the rows <c>| `room` | what it holds | `room`, `room` |</c>; "all above" stands for every room before it.</summary>
    public static RoomTable Parse(string markdown)
    {
        var table = new RoomTable();
        foreach (Match row in Row().Matches(markdown))
        {
            string uses = row.Groups["uses"].Value;
            var rooms = uses.Trim() == "all above" ? [.. table.Rooms] : Name().Matches(uses).Select(match => match.Groups[1].Value).ToHashSet();
            Assert.IsEmpty(rooms.Except(table.Rooms), $"{row.Value.Trim()}: a room may use only rooms listed before it.");
            table._mayUse.Add(row.Groups["room"].Value, rooms);
        }

        return table;
    }

    /// <summary>The room of a file: its project, and its folder where the table lists the folder.</summary>
    /// <param name="relativePath">The path below src, with slashes.</param>
    public string RoomOf(string relativePath)
    {
        string[] parts = relativePath.Split('/');
        string project = parts[0] == Prefix ? "DenseNet" : parts[0][(Prefix.Length + 1)..];
        string folder = $"{project}/{parts[1]}";
        return _mayUse.ContainsKey(folder) ? folder : project;
    }

    public bool Allows(string user, string used) => user == used || (_mayUse.TryGetValue(user, out var rooms) && rooms.Contains(used));

    [GeneratedRegex(@"^\| `(?<room>[\w/]+)` \|[^|\n]*\|(?<uses>[^|\n]*)\|\s*$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Name();
}
