using System.Globalization;
using CsvHelper;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>CSV as defined in RFC 4180, strict when reading; written with line feeds and numbers that round-trip.</summary>
internal static class CsvFile
{
    private static readonly CsvReaderOptions ReaderOptions = new()
    {
        // Otherwise the separator is guessed, and the manifest has more semicolons than commas.
        Separator = ',',
        DetectSeparatorHint = false,
        FieldCountMismatch = CsvFieldCountHandling.Throw,
        MalformedData = CsvMalformedDataHandling.Throw,
        TrackLineNumbers = true,
    };

    private static readonly CsvWriterOptions WriterOptions = new() { NewLine = "\n" };

    public static CsvReader Open(string path) => CsvReader.FromFile(path, ReaderOptions);

    public static void Write(string path, IEnumerable<string> header, IEnumerable<IEnumerable<string>> rows)
    {
        using var stream = File.Create(path);
        using var csv = CsvWriter.Create(stream, WriterOptions);
        foreach (var row in rows.Prepend(header))
        {
            foreach (string field in row)
                csv.WriteField(field);
            csv.EndRecord();
        }
    }

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
