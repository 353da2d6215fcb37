namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Writes a table that reads well as text and as Markdown.</summary>
internal static class MarkdownTable
{
    public static void Write(TextWriter writer, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [header, .. rows];
        int[] widths = [.. header.Select((_, column) => Math.Max(3, lines.Max(line => line[column].Length)))];
        WriteLine(writer, header, widths);
        WriteLine(writer, [.. widths.Select(width => new string('-', width))], widths);
        foreach (var line in lines.Skip(1))
            WriteLine(writer, line, widths);
    }

    private static void WriteLine(TextWriter writer, IReadOnlyList<string> fields, int[] widths) =>
        writer.WriteLine($"| {string.Join(" | ", fields.Select((field, column) => field.PadRight(widths[column])))} |");
}
