namespace Tutorial;

/// <summary>Formats what the steps write to the console.</summary>
internal static class Print
{
    public static void Title(string title) => Console.WriteLine($"\n=== {title} ===\n");

    /// <summary>Numbers side by side, with four decimals each.</summary>
    public static string Row(IEnumerable<float> values) => string.Join("  ", values.Select(value => $"{value,7:F4}"));
}
