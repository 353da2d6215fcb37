using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes values as C#.</summary>
internal static class CSharpText
{
    /// <summary>Returns an expression for a value; null if there is none.</summary>
    public static string? Of(object? value) => value switch
    {
        null => "null",
        bool truth => truth ? "true" : "false",
        int or long => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        double number when double.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture),
        float number when float.IsFinite(number) => number.ToString("R", CultureInfo.InvariantCulture) + "f",
        string text => $"@\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"",
        Enum => $"{value.GetType().Name}.{value}",
        PeriodicEmbeddingLayer cosines => $"(PeriodicEmbeddingLayer)Layer.PeriodicEmbedding({Of(cosines.Frequencies)}, {Of(cosines.Width)}, {Of(cosines.FrequencyDeviation)})",
        PiecewiseLinearEmbeddingLayer bins => $"(PiecewiseLinearEmbeddingLayer)Layer.PiecewiseLinearEmbedding({Of(bins.Bins)}, {Of(bins.Width)})",
        Layer or Schedule => Named(value.GetType() == typeof(Schedule) ? typeof(Schedules) : typeof(Layer), value),
        Optimizer optimizer => TrialSettings.Optimizers.Where(item => item.Value()?.Name == optimizer.Name).Select(item => item.Key == "SGD" ? "Optimizers.SGD(momentum: 0.9)" : $"Optimizers.{item.Key}()").FirstOrDefault(),
        DenseNetDevice device when device == DenseNetDevice.Cpu => "DenseNetDevice.Cpu",
        IEnumerable<int> or IEnumerable<string> => $"[{string.Join(", ", ((IEnumerable)value).Cast<object?>().Select(Of))}]",
        _ => null,
    };

    /// <summary>Whether two values are the same setting. Schedules, losses and optimizers are compared by their names, which hold their numbers.</summary>
    public static bool AreSame(object? value, object? other) => (value, other) switch
    {
        (IEnumerable<int> mine, IEnumerable<int> theirs) => mine.SequenceEqual(theirs),
        (IEnumerable<string> mine, IEnumerable<string> theirs) when value is not string => mine.SequenceEqual(theirs),
        (Schedule or Loss or Optimizer, Schedule or Loss or Optimizer) => value.ToString() == other.ToString(),
        _ => Equals(value, other),
    };

    /// <summary>Names a value in a comment, in one line.</summary>
    public static string Describe(object? value) => (value?.ToString() ?? "null").ReplaceLineEndings(" ");

    /// <summary>The static property that holds a value.</summary>
    private static string? Named(Type owner, object value) => owner.GetProperties(BindingFlags.Public | BindingFlags.Static)
        .Where(property => AreSame(property.GetValue(null), value))
        .Select(property => $"{owner.Name}.{property.Name}")
        .FirstOrDefault();
}
