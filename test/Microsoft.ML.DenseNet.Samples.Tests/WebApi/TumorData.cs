using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>The tumors that QuickStart trains on.</summary>
internal static class TumorData
{
    /// <summary>The measurements of each tumor.</summary>
    public static float[][] Rows { get; } =
        [.. File.ReadLines(Path.Combine(Sample.Repository, "samples", "QuickStart", "Data", "breast_cancer.csv")).Skip(1).Select(Measurements)];

    /// <summary>A tumor as a client sends it.</summary>
    public static string ToJson(float[] tumor) => $$"""{"features":{{JsonSerializer.Serialize(tumor)}}}""";

    private static float[] Measurements(string line) => [.. line.Split(',')[..30].Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
}
