namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Where values of a feature are along a horizontal axis: numbers in scale, categories side by side.</summary>
internal sealed class ValuePlaces
{
    private readonly List<int>? _categories;

    /// <param name="feature">The feature.</param>
    /// <param name="values">Its values.</param>
    /// <param name="maximumCategories">How many categories there is space for; the most frequent are kept.</param>
    public ValuePlaces(ExplainedFeature feature, IEnumerable<double> values, int maximumCategories)
    {
        double[] present = [.. values.Where(double.IsFinite)];
        if (feature.Categories is null)
        {
            Scale = LinearScale.Of(present.Length == 0 ? [0] : present);
            LeftOut = "without a value are not shown";
            return;
        }

        _categories = [.. present.GroupBy(value => (int)value).OrderByDescending(group => group.Count()).Take(maximumCategories).Select(group => group.Key).Order()];
        Scale = new NameScale([.. _categories.Select(category => feature.Categories[category])]);
        LeftOut = "of other categories or none are not shown";
    }

    public AxisScale Scale { get; }

    /// <summary>What is said of the rows without a place.</summary>
    public string LeftOut { get; }

    public bool Has(double value) => double.IsFinite(value) && (_categories is null || _categories.Contains((int)value));

    /// <summary>A value's place; points of a category are moved sideways by their row, so that they do not cover each other.</summary>
    public double At(double value, int row)
    {
        if (_categories is null)
            return value;
        double share = (row + 1) * 0.6180339887498949;
        return _categories.IndexOf((int)value) + (0.6 * (share - Math.Floor(share))) - 0.3;
    }
}
