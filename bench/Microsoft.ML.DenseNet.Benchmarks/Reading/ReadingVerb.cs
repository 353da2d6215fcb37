using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Benchmarks.Reading;

/// <summary>
/// Times the trainers' reader, including checks and statistics for the input scaling, against a cursor loop that calls the same getters
/// and ignores the values, all in one run, in turns; figures are medians. A stream's blocks are reused, so it shows only the reading;
/// rows that are kept also pay for the first touch of their memory.
/// </summary>
internal sealed class ReadingVerb : IVerb
{
    private const int Turns = 7;

    public string Usage => "reading [--rows <n>] [--out <csv>]: rows a second of the trainers' reader beside a bare cursor loop";

    public int Run(string[] args)
    {
        int rows = 300_000;
        string? file = null;
        for (int i = 0; i < args.Length; i += 2)
        {
            if (args[i] == "--out" && i + 1 < args.Length)
                file = args[i + 1];
            else if (args[i] != "--rows" || i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out rows) || rows < 1)
                throw new UsageException($"Unknown arguments: {string.Join(' ', args)}");
        }

        string folder = Directory.CreateTempSubdirectory("densenet-bench").FullName;
        try
        {
            var lines = Measure(rows, folder);
            if (file is not null)
                File.WriteAllLines(file, lines);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static List<string> Measure(int rows, string folder)
    {
        var mlContext = new MLContext(seed: 1);
        var lines = new List<string> { "case,rows,bare_rows_per_second,one_reader_rows_per_second,stream_rows_per_second,kept_rows_per_second,stream_share_of_bare,kept_share_of_bare" };
        Console.WriteLine("| case | rows | bare cursor, rows a second | stream, one reader | stream | kept in memory | stream's share of the bare cursor | kept |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (var (name, data) in Cases(mlContext, rows, folder))
        {
            long count = BareLoop(data);
            var one = new RowReader(data.Schema, "Features", "Label", null, allowMissingFeatures: true) { MaximumReaders = 1 };
            var reader = new RowReader(data.Schema, "Features", "Label", null, allowMissingFeatures: true);
            double[] seconds = Prediction.Turns.MedianOfSingleCalls(Turns, () => BareLoop(data), () => Stream(one, data), () => Stream(reader, data), () => reader.Read(data, default, gatherMoments: true));
            double[] rates = [.. seconds.Select(time => count / time)];
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {count} | {rates[0]:G4} | {rates[1]:G4} | {rates[2]:G4} | {rates[3]:G4} | {rates[2] / rates[0]:P0} | {rates[3] / rates[0]:P0} |"));
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"\"{name}\",{count},{rates[0]:R},{rates[1]:R},{rates[2]:R},{rates[3]:R},{rates[2] / rates[0]:R},{rates[3] / rates[0]:R}"));
        }

        return lines;
    }

    private static IEnumerable<(string Name, IDataView Data)> Cases(MLContext mlContext, int rows, string folder)
    {
        var dense = mlContext.Data.LoadFromEnumerable(ReadingRow.Create(rows));
        yield return ($"{ReadingRow.Width} dense floats in memory", dense);
        yield return ("the same, cached", mlContext.Data.Cache(dense));
        yield return ("the same, two of them concatenated", Concatenated(mlContext, dense));
        yield return ($"sparse in memory, 50 of {SparseRow.Width}", mlContext.Data.LoadFromEnumerable(SparseRow.Create(rows / 4)));

        string path = Path.Combine(folder, "rows.csv");
        WriteText(path, rows / 4);
        var loader = mlContext.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = [','],
            Columns = [new TextLoader.Column("Label", DataKind.Boolean, 0), new TextLoader.Column("Features", DataKind.Single, 1, ReadingRow.Width)],
        });
        yield return ($"text file, {ReadingRow.Width} numbers", loader.Load(path));

        var columns = mlContext.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = [','],
            Columns = [new TextLoader.Column("Label", DataKind.Boolean, 0), .. Enumerable.Range(1, ReadingRow.Width).Select(i => new TextLoader.Column($"F{i}", DataKind.Single, i))],
        }).Load(path);
        string[] names = [.. Enumerable.Range(1, ReadingRow.Width).Select(i => $"F{i}")];
        yield return ($"text file, {ReadingRow.Width} columns concatenated", mlContext.Transforms.Concatenate("Features", names).Fit(columns).Transform(columns));
    }

    private static IDataView Concatenated(MLContext mlContext, IDataView data)
    {
        var copied = mlContext.Transforms.CopyColumns("Half", "Features").Fit(data).Transform(data);
        return mlContext.Transforms.Concatenate("Features", "Half", "Half").Fit(copied).Transform(copied);
    }

    private static void WriteText(string path, int rows)
    {
        var random = new Random(3);
        using var writer = new StreamWriter(path);
        for (int row = 0; row < rows; row++)
        {
            writer.Write(random.Next(2));
            for (int i = 0; i < ReadingRow.Width; i++)
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{random.NextSingle():F5}"));
            writer.WriteLine();
        }
    }

    private static void Stream(RowReader reader, IDataView data)
    {
        var moments = new FeatureMoments(reader.Width);
        foreach (var block in reader.Blocks(data, () => true, default))
            moments.Add(block);
    }

    /// <summary>Calls every getter on every row; returns the number of rows.</summary>
    private static long BareLoop(IDataView data)
    {
        var features = data.Schema["Features"];
        var label = data.Schema["Label"];
        using var cursor = data.GetRowCursor([features, label]);
        var readFeatures = cursor.GetGetter<VBuffer<float>>(features);
        var readLabel = cursor.GetGetter<bool>(label);
        VBuffer<float> values = default;
        bool flag = false;
        long rows = 0;
        while (cursor.MoveNext())
        {
            readFeatures(ref values);
            readLabel(ref flag);
            rows++;
        }

        return rows;
    }
}
