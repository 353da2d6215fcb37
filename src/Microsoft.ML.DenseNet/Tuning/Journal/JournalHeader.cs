using System.Buffers;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>The first line of a tuning journal: everything that determines its trials.</summary>
/// <param name="Seed">The seed, whether drawn at random or not.</param>
/// <param name="Settings">Everything else.</param>
internal sealed record JournalHeader(int Seed, IReadOnlyList<TrainingSetting> Settings)
{
    private const string Format = "DenseNet tuning journal";
    private const int Version = 1;

    /// <summary>Returns the line, with its end.</summary>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("version", Version);
            json.WriteNumber("seed", Seed);
            json.WriteStartObject("settings");
            foreach (var setting in Settings)
                json.WriteString(setting.Name, setting.Value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="path">The journal, for messages.</param>
    /// <exception cref="FormatException">It is not a header that this version of the package reads.</exception>
    public static JournalHeader Parse(ReadOnlyMemory<byte> line, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var root = document.RootElement;
            if (root.GetProperty("format").GetString() != Format)
                throw new InvalidDataException();
            int version = root.GetProperty("version").GetInt32();
            return version != Version ? throw OtherVersion(version, path) : new JournalHeader(root.GetProperty("seed").GetInt32(), [.. root.GetProperty("settings").EnumerateObject().Select(item => new TrainingSetting(item.Name, item.Value.GetString()!))]);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or InvalidDataException)
        {
            throw new FormatException($"'{path}' does not begin as a tuning journal. {TuningJournal.Remedy}");
        }
    }

    /// <summary>The difference from another tuning; null if there is none.</summary>
    /// <param name="other">The other tuning.</param>
    /// <param name="there">How the text refers to this one.</param>
    /// <param name="here">How the text refers to the other one.</param>
    public string? DifferenceTo(JournalHeader other, string there = "there", string here = "here") => SettingDifferences.Of(
        Settings, other.Settings, (name, theirs, ours) => Difference(name, (theirs, there), (ours, here)), Seed == other.Seed ? [] : [$"the seed is {Seed} {there} and {other.Seed} {here}"]);

    private static FormatException OtherVersion(int version, string path) =>
        new($"The journal '{path}' has version {version} of the format; this version of the package reads version {Version}. {TuningJournal.Remedy}");

    /// <summary>Names what differs; of a text of several lines, the first line that does.</summary>
    private static string Difference(string name, (string Value, string Place) there, (string Value, string Place) here)
    {
        string[] theirLines = there.Value.Split('\n'), ourLines = here.Value.Split('\n');
        int line = 0;
        while (line < theirLines.Length && line < ourLines.Length && theirLines[line] == ourLines[line])
            line++;
        return $"{name} {Verb(name)} {Text(theirLines, line)} {there.Place} and {Text(ourLines, line)} {here.Place}";
    }

    private static string Verb(string name) => name.EndsWith('s') ? "are" : "is";

    private static string Text(string[] lines, int line) => line < lines.Length && lines[line].Length > 0 ? $"'{lines[line]}'" : "not set";
}
