using System.Buffers;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>A line of a tuning journal after its header: a rung that a trial has reached, or the end of a trial.</summary>
/// <param name="Trial">The trial's number.</param>
/// <param name="Rung">The rung; null for the end of the trial.</param>
/// <param name="End">How the trial ended; null for a rung.</param>
/// <param name="Reason">Why it was stopped or failed; null for none.</param>
/// <param name="Values">The trial's values.</param>
internal sealed record JournalEntry(int Trial, TuningRung? Rung, TuningTrialState? End, string? Reason, TuningValues Values)
{
    /// <summary>Returns the line, with its end.</summary>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("trial", Trial);
            if (Rung is { } rung)
            {
                json.WriteNumber("networks", rung.Networks);
                json.WriteNumber("metric", rung.Metric);
                json.WriteNumber("work", rung.Work);
                json.WriteNumber("seconds", rung.Seconds);
            }

            if (End is { } end)
                json.WriteString("end", end.ToString());
            if (Reason is not null)
                json.WriteString("reason", Reason);
            json.WriteStartObject("values");
            foreach (var (name, value) in Values)
                TuningValue.Write(json, name, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <param name="space">The parameters that values are of.</param>
    /// <returns>Null if it is not one.</returns>
    public static JournalEntry? Parse(ReadOnlyMemory<byte> line, TuningSpace space)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 4, AllowDuplicateProperties = false });
            var root = document.RootElement;
            int trial = root.GetProperty("trial").GetInt32();
            var rung = root.TryGetProperty("networks", out var networks)
                ? new TuningRung(networks.GetInt32(), root.GetProperty("metric").GetDouble(), root.GetProperty("work").GetDouble(), root.GetProperty("seconds").GetDouble())
                : null;
            TuningTrialState? end = root.TryGetProperty("end", out var state) ? Enum.Parse<TuningTrialState>(state.GetString()!) : null;
            string? reason = root.TryGetProperty("reason", out var text) ? text.GetString() : null;
            return trial < 0 || rung is null == end is null || rung is { Networks: < 1 } ? null : new JournalEntry(trial, rung, end, reason, ReadValues(root.GetProperty("values"), space));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static TuningValues ReadValues(JsonElement element, TuningSpace space)
    {
        var values = new OrderedDictionary<string, object>(StringComparer.Ordinal);
        foreach (var item in element.EnumerateObject())
        {
            object? value = space.FixedValues.TryGetValue(item.Name, out object? known) ? known
                : space.Parameters.FirstOrDefault(parameter => parameter.Name == item.Name) is { } found ? TuningValue.Read(item.Value, found)
                : null;
            values.Add(item.Name, value ?? throw new FormatException());
        }

        return new TuningValues(values);
    }
}
