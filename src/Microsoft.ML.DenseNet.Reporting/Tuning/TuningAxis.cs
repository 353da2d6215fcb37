using System.Globalization;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>The axis of a tuning's parameter, from 0 to 1: numbers on the scale on which they are drawn, choices side by side.</summary>
/// <param name="parameter">The parameter.</param>
internal sealed class TuningAxis(TuningParameter parameter)
{
    /// <summary>The share of a value's place over which trials with that value are spread, so that they do not cover each other.</summary>
    private const double Spread = 0.6;

    /// <summary>A whole number or choice with less than this share of the axis is a point.</summary>
    private const double Narrow = 0.02;

    private double Range => parameter.Upper - parameter.Lower;

    /// <summary>Where a trial is; null if it does not have the parameter.</summary>
    public double? PlaceOf(TuningTrial trial)
    {
        if (!trial.Values.ByName.TryGetValue(parameter.Name, out object? value))
            return null;
        double share = (trial.Number + 1) * 0.6180339887498949, shift = Spread * (share - Math.Floor(share) - 0.5);
        double point = parameter.ToPoint(value);
        if (parameter.Kind is TuningParameterKind.Uniform or TuningParameterKind.LogUniform)
            return Share(point);
        var (from, to) = parameter.Kind == TuningParameterKind.Choice ? (point, point + 1) : parameter.CellOf(point);
        double width = (to - from) / Range;
        return Share((from + to) / 2) + (width < Narrow ? 0 : shift * width);
    }

    /// <summary>Labels, with their places.</summary>
    /// <param name="count">About how many there is space for, at least 2.</param>
    public IReadOnlyList<(double Place, string Label)> Labels(int count)
    {
        if (parameter.Kind == TuningParameterKind.Choice)
            return Choices(count);
        bool isLogarithmic = parameter.Kind is TuningParameterKind.LogUniform or TuningParameterKind.LogWholeNumber;
        bool isWhole = parameter.Kind is TuningParameterKind.WholeNumber;
        AxisScale scale = isLogarithmic ? new LogScale(parameter.Minimum, parameter.Maximum) : new LinearScale(parameter.Minimum, parameter.Maximum, isWhole, margin: 0);
        return [.. scale.Ticks(count)
            .Select(tick => (Value: isLogarithmic ? Math.Pow(10, tick.Place) : tick.Place, tick.Label))
            .Where(tick => tick.Value >= parameter.Minimum * (1 - 1e-9) - 1e-12 && tick.Value <= parameter.Maximum * (1 + 1e-9) + 1e-12)
            .Select(tick => (Share(isLogarithmic ? Math.Log(tick.Value) : tick.Value), tick.Label))];
    }

    /// <summary>A value as it is shown.</summary>
    public static string TextOf(object? value) => value switch
    {
        null => "–",
        double number => NumberText.Value(number),
        int whole => whole.ToString(CultureInfo.InvariantCulture),
        bool truth => truth ? "true" : "false",
        _ => (string)value,
    };

    private List<(double Place, string Label)> Choices(int count)
    {
        int stride = (parameter.Choices.Count + count - 1) / count;
        return [.. parameter.Choices.Select((choice, index) => (Place: (index + 0.5) / parameter.Choices.Count, Label: TextOf(choice))).Where((_, index) => index % stride == 0)];
    }

    private double Share(double point) => (point - parameter.Lower) / Range;
}
