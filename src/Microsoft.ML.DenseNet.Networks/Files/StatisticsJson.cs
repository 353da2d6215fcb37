using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary><see cref="TrainingStatistics"/> as an optional field of the header of a model file, from format version 4 on.</summary>
internal static class StatisticsJson
{
    /// <summary>The maximum number of JSON tokens: two for each entry, some for each feature, a few around them.</summary>
    public const int MaximumTokens = (2 * TrainingStatistics.MaximumEntries) + (TokensOfFeature * (TrainingStatistics.MaximumEntries + 1)) + (2 * CategoryStatistics.MaximumCategories) + 32;

    /// <summary>The tokens of a feature without its entries: brackets, and fields with their values.</summary>
    private const int TokensOfFeature = 20;

    /// <summary>The name of the field.</summary>
    public const string FieldName = "statistics";

    private const string Where = "the statistics of the header";

    /// <summary>Writes the field; nothing if there are no statistics.</summary>
    public static void Write(TrainingStatistics? statistics, Utf8JsonWriter json)
    {
        if (statistics is null)
            return;
        json.WriteStartObject(FieldName);
        json.WriteNumber("rows", statistics.RowCount);
        json.WriteNumber("effectiveRows", statistics.EffectiveRows);
        json.WriteStartArray("features");
        foreach (var feature in statistics.Features)
            WriteSlots(feature, json);
        json.WriteEndArray();
        if (statistics.Prediction is { } prediction)
        {
            json.WriteStartObject("prediction");
            json.WriteBoolean("heldOut", prediction.IsHeldOut);
            json.WriteNumber("effectiveRows", prediction.EffectiveRows);
            json.WritePropertyName("distribution");
            WriteSlots(prediction.Distribution, json);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>Reads the field.</summary>
    /// <exception cref="FormatException">The statistics are not those of a network with these inputs and outputs.</exception>
    public static TrainingStatistics Read(JsonElement element, NetworkLayout layout, LearningTask task)
    {
        var fields = new JsonFields(element, Where);
        double rows = fields.Double("rows");
        double effectiveRows = CountOf(fields.Double("effectiveRows"));
        var array = fields.Array("features");
        PredictionStatistics? prediction = fields.TryTake("prediction", out var predicted) ? ReadPrediction(predicted, layout, task) : null;
        fields.Done();
        if (!(rows >= 0 && rows <= long.MaxValue / 2) || Math.Floor(rows) != rows)
            throw NetworkFile.Damaged($"{Where} are of {rows} rows");
        var features = ReadFeatures(array, layout.InputWidth);
        return new TrainingStatistics((long)rows, effectiveRows, features, layout.InputWidth - features.Sum(feature => feature.SlotCount), prediction);
    }

    private static List<SlotStatistics> ReadFeatures(JsonElement array, int width)
    {
        var features = new List<SlotStatistics>();
        int end = 0, entries = 0;
        foreach (var item in array.EnumerateArray())
        {
            var feature = ReadSlots(item);
            if (feature.Slot < end || feature.SlotCount > width - feature.Slot)
                throw NetworkFile.Damaged($"{Where} describe {feature.SlotCount} slots from {feature.Slot} on after slot {end - 1} of {width}");
            end = feature.Slot + feature.SlotCount;
            entries += feature is NumberStatistics number ? number.BinStarts.Count : ((CategoryStatistics)feature).Categories.Count;
            features.Add(feature);
        }

        return entries <= TrainingStatistics.MaximumEntries ? features
            : throw NetworkFile.Damaged($"{Where} have {entries:N0} bins and categories; at most {TrainingStatistics.MaximumEntries:N0} are accepted");
    }

    private static PredictionStatistics ReadPrediction(JsonElement element, NetworkLayout layout, LearningTask task)
    {
        var fields = new JsonFields(element, "the predictions' statistics of the header");
        var prediction = new PredictionStatistics(ReadSlots(fields.Take("distribution")), fields.Boolean("heldOut"), CountOf(fields.Double("effectiveRows")));
        fields.Done();
        bool areClasses = task == LearningTask.MulticlassClassification;
        var distribution = prediction.Distribution;
        return distribution is CategoryStatistics == areClasses && distribution.Slot == 0 && distribution.SlotCount == (areClasses ? layout.OutputWidth : 1)
            ? prediction
            : throw NetworkFile.Damaged($"{Where} describe predictions of another task than {task}");
    }

    private static void WriteSlots(SlotStatistics statistics, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("slot", statistics.Slot);
        if (statistics is NumberStatistics number)
        {
            json.WriteNumber("missing", number.MissingShare);
            if (number.BinStarts.Count > 0)
                json.WriteNumber("maximum", number.Maximum); // the first bin starts at the minimum
            JsonLists.WriteNumbers("starts", number.BinStarts, json.WriteNumberValue, json);
            JsonLists.WriteNumbers("shares", number.BinShares, json.WriteNumberValue, json);
        }
        else if (statistics is CategoryStatistics category)
        {
            json.WriteNumber("count", category.SlotCount);
            json.WriteNumber("other", category.OtherShare);
            json.WriteNumber("none", category.NoneShare);
            JsonLists.WriteNumbers("categories", category.Categories.Select(item => item.Category), json.WriteNumberValue, json);
            JsonLists.WriteNumbers("shares", category.Categories.Select(item => item.Share), json.WriteNumberValue, json);
        }

        json.WriteEndObject();
    }

    private static SlotStatistics ReadSlots(JsonElement element)
    {
        var fields = new JsonFields(element, "a feature of the header's statistics");
        int slot = fields.Int32("slot");
        SlotStatistics feature = fields.TryTake("count", out var count) ? ReadCategory(slot, count, ref fields) : ReadNumber(slot, ref fields);
        fields.Done();
        return slot >= 0 ? feature : throw NetworkFile.Damaged($"{Where} describe slot {slot}");
    }

    private static NumberStatistics ReadNumber(int slot, ref JsonFields fields)
    {
        double missing = Share(fields.Double("missing"));
        float[] starts = [.. fields.Numbers("starts", NumberStatistics.MaximumBins).Select(start => (float)start)];
        double[] shares = [.. fields.Numbers("shares", NumberStatistics.MaximumBins).Select(Share)];
        float maximum = starts.Length == 0 ? float.NaN : fields.Single("maximum");
        bool ascend = starts.All(float.IsFinite) && starts.Zip(starts.Skip(1)).All(pair => pair.First < pair.Second) && !(starts.Length > 0 && maximum < starts[^1]);
        return ascend && shares.Length == starts.Length
            ? new NumberStatistics(slot, missing, starts.Length == 0 ? float.NaN : starts[0], maximum, starts, shares)
            : throw NetworkFile.Damaged($"{Where} have bins of slot {slot} that do not ascend, or not a share for each");
    }

    private static CategoryStatistics ReadCategory(int slot, JsonElement count, ref JsonFields fields)
    {
        int slots = count.ValueKind == JsonValueKind.Number && count.TryGetInt32(out int value) ? value : 0;
        double other = Share(fields.Double("other")), none = Share(fields.Double("none"));
        double[] categories = [.. fields.Numbers("categories", CategoryStatistics.MaximumCategories)];
        double[] shares = [.. fields.Numbers("shares", CategoryStatistics.MaximumCategories).Select(Share)];
        bool ascend = categories.All(category => category >= 0 && category < slots && Math.Floor(category) == category) && categories.Zip(categories.Skip(1)).All(pair => pair.First < pair.Second);
        return slots > 0 && ascend && shares.Length == categories.Length
            ? new CategoryStatistics(slot, slots, [.. categories.Zip(shares, (category, share) => new CategoryShare((int)category, share))], other, none)
            : throw NetworkFile.Damaged($"{Where} have categories of slot {slot} that do not fit {slots} slots, or not a share for each");
    }

    private static double Share(double share) => share is >= 0 and <= 1 ? share : throw NetworkFile.Damaged($"{Where} have a share of {share}");

    private static double CountOf(double rows) => rows >= 0 && double.IsFinite(rows) ? rows : throw NetworkFile.Damaged($"{Where} have a number of rows of {rows}");
}
