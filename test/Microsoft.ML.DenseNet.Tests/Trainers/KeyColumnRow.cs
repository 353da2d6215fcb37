using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row of numbers and categories, with a label for each task.</summary>
internal sealed class KeyColumnRow
{
    public const int Width = 3;
    public const int Tags = 2;

    [VectorType(Width)]
    public float[] Features { get; set; } = [];

    public string CityName { get; set; } = "";

    [VectorType(Tags)]
    public string[] TagNames { get; set; } = [];

    public bool Flag { get; set; }

    public string Class { get; set; } = "";

    public float Value { get; set; }

    public static KeyColumnRow[] Create(int count, int cities = 30, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => random.NextSingle() * 4 - 2)];
            int city = random.Next(cities), first = random.Next(6), second = random.Next(6);
            float value = features[0] + (city % 3) - (first % 2) + (second == 0 ? 2 : 0);
            return new KeyColumnRow
            {
                Features = features,
                CityName = $"city {city}",
                TagNames = [$"tag {first}", $"tag {second}"],
                Value = value,
                Flag = value > 0,
                Class = ScoringRow.ClassNames[Math.Clamp((int)Math.Floor(value), 0, 2)],
            };
        })];
    }

    /// <summary>
    /// The rows with keys (City, Tags), and with the same keys one-hot encoded behind the features in the column Wide. Keys of cities that
    /// only later rows have are missing.
    /// </summary>
    public static IDataView View(MLContext ml, KeyColumnRow[] rows, int known = 100)
    {
        var data = ml.Data.LoadFromEnumerable(rows);
        var conversion = ml.Transforms.Conversion;
        return conversion.MapValueToKey("City", nameof(CityName))
            .Append(conversion.MapValueToKey("Tags", nameof(TagNames)))
            .Append(conversion.MapKeyToVector("CityVector", "City"))
            .Append(conversion.MapKeyToVector("TagVectors", "Tags"))
            .Append(ml.Transforms.Concatenate("Wide", nameof(Features), "CityVector", "TagVectors"))
            .Fit(ml.Data.LoadFromEnumerable(rows[..known]))
            .Transform(conversion.MapValueToKey("Key", nameof(Class)).Fit(data).Transform(data));
    }
}
