using System.Buffers;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>Identifies the training run that a checkpoint belongs to.</summary>
/// <param name="Seed">The seed of the model, whether drawn at random or not.</param>
/// <param name="Fold">Which of the model's training runs it is, from 1.</param>
/// <param name="Settings">Everything else that determines the result.</param>
internal sealed record CheckpointHeader(int Seed, int Fold, IReadOnlyList<TrainingSetting> Settings)
{
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("seed", Seed);
            json.WriteNumber("fold", Fold);
            json.WriteStartArray("settings");
            foreach (var setting in Settings)
            {
                json.WriteStartObject();
                json.WriteString("name", setting.Name);
                json.WriteString("value", setting.Value);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <exception cref="FormatException">The text is not a header of this format version.</exception>
    public static CheckpointHeader FromJson(ReadOnlyMemory<byte> text, SealedFile file)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var fields = new JsonFields(document.RootElement, "the header", file);
            var header = new CheckpointHeader(fields.Int32("seed"), fields.Int32("fold"), [.. fields.Array("settings").EnumerateArray().Select(item => ReadSetting(item, file))]);
            fields.Done();
            return header;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The parser reports strings that are not Unicode with the second, and only when they are read.
            throw file.Damaged($"its header is not valid JSON ({NetworkFile.Excerpt(e.Message)})");
        }
    }

    /// <summary>The difference from another training run; null if there is none.</summary>
    /// <param name="other">The other one.</param>
    /// <param name="there">How the text refers to this one.</param>
    /// <param name="here">How the text refers to the other one.</param>
    public string? DifferenceTo(CheckpointHeader other, string there = "there", string here = "here")
    {
        var first = new List<string>();
        if (Fold != other.Fold)
            first.Add($"it is that of fold {Fold}, not {other.Fold}");
        if (Seed != other.Seed)
            first.Add($"the seed is {Seed} {there} and {other.Seed} {here}");
        return SettingDifferences.Of(Settings, other.Settings, (name, theirs, ours) => $"{name} is {Text(theirs)} {there} and {Text(ours)} {here}", first);
    }

    private static TrainingSetting ReadSetting(JsonElement element, SealedFile file)
    {
        var fields = new JsonFields(element, "a setting", file);
        var setting = new TrainingSetting(fields.String("name"), fields.String("value"));
        fields.Done();
        return setting;
    }

    private static string Text(string value) => value.Length == 0 ? "not set" : NetworkFile.Excerpt(value);
}
