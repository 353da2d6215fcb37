namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>The rectangle of a label, in pixels from the upper left corner of a chart.</summary>
internal readonly record struct LabelBox(double CenterX, double CenterY, double Width, double Height)
{
    /// <summary>The area that two rectangles share.</summary>
    public double Overlap(LabelBox other) =>
        Shared(CenterX, Width, other.CenterX, other.Width) * Shared(CenterY, Height, other.CenterY, other.Height);

    private static double Shared(double center, double length, double otherCenter, double otherLength) =>
        Math.Max(0, Math.Min(center + (length / 2), otherCenter + (otherLength / 2)) - Math.Max(center - (length / 2), otherCenter - (otherLength / 2)));
}
