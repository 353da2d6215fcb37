using System.Globalization;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>Measures how an epoch's time grows with the number of rows and the width of the hidden layers.</summary>
internal static class GrowthTable
{
    private const int Inputs = 20;

    /// <summary>Prints both tables; returns them as CSV lines.</summary>
    /// <param name="mostRows">The largest number of rows; at most 10 million.</param>
    public static IEnumerable<string> Print(int mostRows)
    {
        yield return "growth,rows,hidden_width,seconds_an_epoch,rows_per_second,gflops";
        Console.WriteLine();
        Console.WriteLine("| rows | 20-64-64-1, batch 1024: seconds an epoch | rows a second |");
        Console.WriteLine("|---|---|---|");
        for (int rows = 1000; rows <= mostRows; rows *= 10)
        {
            var (seconds, _) = Measure(64, rows, 1024);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {rows} | {seconds:G3} | {rows / seconds:G3} |"));
            yield return string.Create(CultureInfo.InvariantCulture, $"rows,{rows},64,{seconds:R},{rows / seconds:R},");
        }

        Console.WriteLine();
        Console.WriteLine("| width | 20-width-width-1, batch 256, 16384 rows: seconds an epoch | GFLOP/s |");
        Console.WriteLine("|---|---|---|");
        for (int width = 16; width <= 2048; width *= 2)
        {
            var (seconds, rate) = Measure(width, 16384, 256);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {width} | {seconds:G3} | {rate:F0} |"));
            yield return string.Create(CultureInfo.InvariantCulture, $"width,16384,{width},{seconds:R},{16384 / seconds:R},{rate:R}");
        }
    }

    private static (double Seconds, double Rate) Measure(int width, int rows, int batch)
    {
        var test = new TrainingCase(Inputs, [width, width], 1, rows, batch, Optimizers.AdamW(), null!);
        var data = TrainingData.Random(test);
        double steps = Math.Ceiling((double)rows / Math.Min(batch, rows));
        int epochs = (int)Math.Clamp(2e9 / (test.Flops * steps), 1, 200);
        double perStep = EngineLoop.SecondsPerStep(test, data, epochs);
        return (perStep * steps, test.Flops / perStep / 1e9);
    }
}
