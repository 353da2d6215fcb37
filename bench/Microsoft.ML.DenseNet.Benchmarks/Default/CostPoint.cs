namespace Microsoft.ML.DenseNet.Benchmarks.Default;

/// <summary>A trainer in a picture.</summary>
/// <param name="Name">Its label.</param>
/// <param name="IsOurs">Whether it is DenseNet.</param>
/// <param name="Time">Its time, times LightGbm's.</param>
/// <param name="Error">Its error, times LightGbm's.</param>
internal sealed record CostPoint(string Name, bool IsOurs, double Time, double Error)
{
    /// <summary>The points that no other beats in time without a higher error, the quickest first.</summary>
    public static IReadOnlyList<CostPoint> Front(IEnumerable<CostPoint> points)
    {
        var front = new List<CostPoint>();
        foreach (var point in points.OrderBy(point => point.Time).ThenBy(point => point.Error))
        {
            if (front.Count == 0 || point.Error < front[^1].Error)
                front.Add(point);
        }

        return front;
    }
}
