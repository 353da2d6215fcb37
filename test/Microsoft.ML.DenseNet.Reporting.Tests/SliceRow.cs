namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>A scored row, with columns of every type to slice by.</summary>
internal sealed class SliceRow
{
    public bool Label { get; set; }

    public float Probability { get; set; }

    public bool PredictedLabel { get; set; }

    /// <summary>A number's true value.</summary>
    public float Target { get; set; }

    /// <summary>A number's prediction.</summary>
    public float Score { get; set; }

    public string Region { get; set; } = "";

    public bool IsNew { get; set; }

    public float Age { get; set; }

    public int Rooms { get; set; }

    public double Height { get; set; }

    public float[] Vector { get; set; } = [1];

    /// <summary>Rows of which those in the region "south" are predicted worse.</summary>
    public static SliceRow[] Create(int count, int seed = 1, string south = "south")
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            string region = i % 10 < 5 ? "north" : i % 10 < 8 ? south : i % 50 == 9 ? $"island {i}" : "east";
            bool label = random.Next(2) == 0;
            bool isRight = random.NextDouble() < (region == south ? 0.7 : 0.92);
            float sure = 0.55f + (0.4f * random.NextSingle());
            float target = (float)(10 * random.NextDouble());
            return new SliceRow
            {
                Label = label,
                Probability = label == isRight ? sure : 1 - sure,
                PredictedLabel = label == isRight,
                Target = target,
                Score = target + (float)((random.NextDouble() - 0.5) * (region == south ? 4 : 1)),
                Region = region,
                IsNew = random.Next(3) == 0,
                Age = random.Next(20) == 0 ? float.NaN : 18 + (60 * random.NextSingle()),
                Rooms = 1 + random.Next(5),
                Height = random.NextDouble(),
            };
        })];
    }

    public static IDataView View(IEnumerable<SliceRow> rows)
    {
        var ml = TrainedModels.Ml;
        var schema = Microsoft.ML.Data.SchemaDefinition.Create(typeof(SliceRow));
        schema[nameof(Vector)].ColumnType = new Microsoft.ML.Data.VectorDataViewType(Microsoft.ML.Data.NumberDataViewType.Single, 1);
        var data = ml.Data.LoadFromEnumerable(rows, schema);
        return ml.Transforms.Conversion.MapValueToKey("RegionKey", nameof(Region)).Fit(data).Transform(data);
    }
}
