using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>Adds the columns µs per row, GFLOP/s and share of the core's peak.</summary>
public sealed class ForwardConfig : ManualConfig
{
    public ForwardConfig()
    {
        double peak = MachinePeak.Measure();
        AddColumn(
            new RateColumn("µs/row", "Time for one row", (seconds, rows) => seconds / rows * 1e6),
            new RateColumn("GFLOP/s", "Arithmetic in the weights", (seconds, rows) => rows * ForwardBenchmarks.FlopsPerRow / seconds / 1e9),
            new RateColumn("% of peak", $"Peak of one core, measured: {peak:F0} GFLOP/s", (seconds, rows) => rows * ForwardBenchmarks.FlopsPerRow / seconds / peak / 1e7));
    }

    private sealed class RateColumn(string name, string legend, Func<double, int, double> rate) : IColumn
    {
        public string Id => name;

        public string ColumnName => name;

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Custom;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string Legend => legend;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase)
        {
            double? nanoseconds = summary[benchmarkCase]?.ResultStatistics?.Mean;
            int rows = (int)benchmarkCase.Parameters[nameof(ForwardBenchmarks.Rows)];
            return nanoseconds is { } time ? rate(time / 1e9, rows).ToString("F2", summary.GetCultureInfo()) : "-";
        }

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    }
}
