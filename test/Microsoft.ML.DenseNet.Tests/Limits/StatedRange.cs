using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The range of numbers that a refusal states, such as "LearningRate is -1; it must be above 0 and at most 1000000."</summary>
/// <param name="Edges">Where it begins and ends.</param>
/// <param name="Contains">Whether a number lies in it.</param>
internal sealed partial record StatedRange(IReadOnlyList<double> Edges, Func<double, bool> Contains)
{
    /// <summary>Reads the range out of a message; null where it states none, or that of another argument.</summary>
    public static StatedRange? Of(string message, NumericPlace place)
    {
        var match = Statement().Match(message);
        if (!match.Success || !match.Groups["name"].Value.Equals(place.Argument, StringComparison.OrdinalIgnoreCase) || message.Contains(" (", StringComparison.Ordinal) && RelatesToAnother().IsMatch(message))
            return null;
        var bounds = new List<(double Edge, Func<double, double, bool> Holds)>();
        string range = match.Groups["range"].Value;
        Add(Between(), (value, edge) => value >= edge, (value, edge) => value <= edge);
        Add(AtLeast(), (value, edge) => value >= edge);
        Add(AtMost(), (value, edge) => value <= edge);
        Add(Above(), (value, edge) => value > edge);
        Add(Below(), (value, edge) => value < edge);
        return new StatedRange([.. bounds.Select(bound => bound.Edge).Where(double.IsFinite)], value => bounds.TrueForAll(bound => bound.Holds(value, bound.Edge)) && double.IsFinite(value));

        void Add(Regex form, params Func<double, double, bool>[] holds)
        {
            if (form.Match(range) is not { Success: true } found)
                return;
            for (int i = 0; i < holds.Length; i++)
            {
                string text = found.Groups[i + 1].Value;
                bounds.Add((place.Type == typeof(float) ? float.Parse(text, CultureInfo.CurrentCulture) : double.Parse(text, CultureInfo.CurrentCulture), holds[i]));
            }
        }
    }

    [GeneratedRegex(@"^(\w+\.)*(?<name>\w+)(\[\d+\])? (is|\().*?; ?it must be (?<range>.*?)\.( |$)")]
    private static partial Regex Statement();

    // "minimum is 2; it must be below 1 (maximum)."
    [GeneratedRegex(@"(at least|below) \S+ \([a-zA-Z.]+\)")]
    private static partial Regex RelatesToAnother();

    [GeneratedRegex(@"from (\S+) to (\S+)")]
    private static partial Regex Between();

    [GeneratedRegex(@"at least (\S+)")]
    private static partial Regex AtLeast();

    [GeneratedRegex(@"at most (\S+)")]
    private static partial Regex AtMost();

    [GeneratedRegex(@"above (\S+)")]
    private static partial Regex Above();

    [GeneratedRegex(@"below (\S+)")]
    private static partial Regex Below();
}
