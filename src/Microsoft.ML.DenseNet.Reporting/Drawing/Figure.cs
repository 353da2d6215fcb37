namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The content of a picture for one size and theme: a title, a legend, and panels in rows.</summary>
internal sealed class Figure : IDisposable
{
    public const float AxisRoomLeft = 68;
    public const float AxisRoomBottom = 40;

    public required string Title { get; init; }

    /// <summary>A second line in smaller text; empty for none.</summary>
    public string Subtitle { get; init; } = "";

    public IReadOnlyList<LegendEntry> Legend { get; init; } = [];

    /// <summary>The panels, row by row; null leaves a place empty.</summary>
    public required IReadOnlyList<Panel?> Panels { get; init; }

    /// <summary>Panels per row.</summary>
    public int Columns { get; init; } = 1;

    /// <summary>Whether the panels share axes, whose labels are to the left of the first column and below the last panel of each column.</summary>
    public bool SharesAxes { get; init; }

    /// <summary>Each row's share of the height; null for equal shares.</summary>
    public IReadOnlyList<float>? RowShares { get; init; }

    public void Dispose()
    {
        foreach (var panel in Panels)
            panel?.Dispose();
    }
}
