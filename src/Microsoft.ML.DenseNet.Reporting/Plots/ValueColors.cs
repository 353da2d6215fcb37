using ScottPlot;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Colours values of a feature: numbers by fifths, from low to high, and the most frequent categories each in its own colour.</summary>
internal sealed class ValueColors
{
    private const int MaximumCategories = 7;

    private readonly ExplainedFeature _feature;
    private readonly Theme _theme;
    private readonly double[] _bounds;
    private readonly List<int> _categories;

    /// <param name="feature">The feature.</param>
    /// <param name="values">Its values.</param>
    /// <param name="theme">The colours.</param>
    public ValueColors(ExplainedFeature feature, IEnumerable<double> values, Theme theme)
    {
        (_feature, _theme) = (feature, theme);
        double[] sorted = [.. values.Where(double.IsFinite).Order()];
        _categories = feature.Categories is null ? [] : [.. sorted.GroupBy(value => (int)value).OrderByDescending(group => group.Count()).Take(MaximumCategories).Select(group => group.Key)];
        int parts = theme.Ramp.Count;
        _bounds = feature.Categories is null && sorted.Length > 0 ? [.. Enumerable.Range(1, parts - 1).Select(i => sorted[i * (sorted.Length - 1) / parts])] : [];
    }

    /// <summary>The number of groups, of which the last is that of missing values and other categories.</summary>
    public int Count => (_feature.Categories is null ? _theme.Ramp.Count : _categories.Count) + 1;

    /// <summary>The group of a value.</summary>
    public int GroupOf(double value)
    {
        if (double.IsNaN(value))
            return Count - 1;
        if (_feature.Categories is null)
            return _bounds.Count(bound => value > bound);
        int place = _categories.IndexOf((int)value);
        return place < 0 ? Count - 1 : place;
    }

    /// <summary>The colour of a group.</summary>
    public Color ColorOf(int group) => group == Count - 1 ? _theme.Axis : _feature.Categories is null ? _theme.Ramp[group] : SeriesLook.Color(_theme, group);

    /// <summary>The marker of a group.</summary>
    public MarkerShape ShapeOf(int group) => group == Count - 1 ? MarkerShape.OpenCircle : _feature.Categories is null ? MarkerShape.FilledCircle : SeriesLook.Shape(group);

    /// <summary>The groups that occur.</summary>
    public IReadOnlyList<LegendEntry> Legend(IEnumerable<int> groups) =>
        [.. groups.Distinct().Order().Select(group => new LegendEntry(NameOf(group), ColorOf(group), ShapeOf(group)))];

    private string NameOf(int group)
    {
        if (group == Count - 1)
            return _feature.Categories is null ? "missing" : "other or none";
        if (_feature.Categories is not null)
            return _feature.Categories[_categories[group]];
        return group == 0 ? $"up to {NumberText.Value(_bounds[0])}" : group == _bounds.Length ? $"above {NumberText.Value(_bounds[^1])}" : $"to {NumberText.Value(_bounds[group])}";
    }
}
