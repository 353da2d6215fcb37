namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>Finds places for labels next to their points, apart from each other, the points and lines.</summary>
internal sealed class LabelPlacement(double width, double height)
{
    private const double Marker = 12, Gap = 4, LineWidth = 4;
    private const int Rounds = 10;

    private readonly List<LabelBox> _lines = [];

    public double Width => width;

    public double Height => height;

    /// <summary>Keeps labels away from a horizontal or vertical line.</summary>
    public void Avoid((double X, double Y) from, (double X, double Y) to) => _lines.Add(new LabelBox(
        (from.X + to.X) / 2, (from.Y + to.Y) / 2, Math.Abs(from.X - to.X) + LineWidth, Math.Abs(from.Y - to.Y) + LineWidth));

    /// <summary>Places one label after the other where it overlaps least, several times.</summary>
    public IReadOnlyList<LabelBox> Place(IReadOnlyList<(double X, double Y)> points, IReadOnlyList<(double Width, double Height)> sizes)
    {
        LabelBox[] obstacles = [.. _lines, .. points.Select(point => new LabelBox(point.X, point.Y, Marker, Marker))];
        LabelBox[] boxes = [.. points.Select((point, i) => Candidates(point, sizes[i]).First())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < boxes.Length; i++)
            {
                LabelBox[] others = [.. obstacles, .. boxes.Where((_, other) => other != i)];
                boxes[i] = Candidates(points[i], sizes[i]).MinBy(box => Outside(box) + others.Sum(box.Overlap));
            }
        }

        return boxes;
    }

    /// <summary>Around the point; the first is preferred.</summary>
    private static IEnumerable<LabelBox> Candidates((double X, double Y) point, (double Width, double Height) size)
    {
        double right = (size.Width / 2) + (Marker / 2) + Gap, up = (size.Height / 2) + (Marker / 2) + Gap;
        (int Right, int Up)[] directions = [(1, 0), (1, 1), (-1, 1), (0, 1), (0, -1), (-1, 0), (1, -1), (-1, -1)];
        return directions.Select(direction => new LabelBox(point.X + (direction.Right * right), point.Y - (direction.Up * up), size.Width, size.Height));
    }

    /// <summary>The area beyond the chart's edges, which costs more than any overlap.</summary>
    private double Outside(LabelBox box) => 100 * ((box.Width * box.Height) - box.Overlap(new LabelBox(width / 2, height / 2, width, height)));
}
