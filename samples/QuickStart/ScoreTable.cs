using Microsoft.ML.Data;
using Spectre.Console;

namespace QuickStart;

/// <summary>Test metrics of several trainers, one line each.</summary>
internal sealed class ScoreTable
{
    private readonly Table _table = new Table().AddColumns("Trainer", "AUC", "Accuracy", "F1", "Log-loss (bits)");

    public void Add(string trainer, CalibratedBinaryClassificationMetrics metrics) =>
        _table.AddRow(trainer, $"{metrics.AreaUnderRocCurve:F4}", $"{metrics.Accuracy:P1}", $"{metrics.F1Score:F4}", $"{metrics.LogLoss:F4}");

    public void Print() => AnsiConsole.Write(_table);
}
