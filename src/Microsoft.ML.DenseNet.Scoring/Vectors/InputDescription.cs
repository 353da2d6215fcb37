using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Describes features and key columns as one column of network inputs.</summary>
internal static class InputDescription
{
    /// <summary>Describes the inputs: their names, and which of them are one-hot blocks.</summary>
    /// <param name="columns">The columns.</param>
    /// <param name="featureWidth">The width of the feature column.</param>
    public static DataViewSchema.Column Of(InputColumns columns, int featureWidth)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        if (Names(columns, featureWidth) is { } names)
            VectorAnnotations.Add(annotations, AnnotationUtils.Kinds.SlotNames, names);
        VectorAnnotations.Add<int>(annotations, AnnotationUtils.Kinds.CategoricalSlotRanges, NumberDataViewType.Int32, [.. VectorAnnotations.CategoricalSlotRanges(columns.Features), .. RangesOf(columns.Categories, featureWidth)]);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(columns.Features.Name, new VectorDataViewType(NumberDataViewType.Single, columns.Width), annotations.ToAnnotations());
        return schema.ToSchema()[0];
    }

    private static IEnumerable<int> RangesOf(IReadOnlyList<CategoryColumn> categories, int start)
    {
        foreach (var category in categories)
        {
            for (int slot = 0; slot < category.SlotCount; slot++, start += category.KeyCount)
            {
                yield return start;
                yield return start + category.KeyCount - 1;
            }
        }
    }

    /// <summary>Names the inputs as Concatenate does; null if there are none, or more than a network keeps.</summary>
    private static IEnumerable<string>? Names(InputColumns columns, int featureWidth)
    {
        if (columns.Width > NetworkSignature.MaximumNames)
            return null;
        var features = SlotNames.Of(columns.Features) ?? [.. Enumerable.Repeat("", featureWidth)];
        return features.Concat(columns.Categories.SelectMany(NamesOf));
    }

    private static IEnumerable<string> NamesOf(CategoryColumn category)
    {
        for (int slot = 0; slot < category.SlotCount; slot++)
        {
            string place = category.SlotCount == 1 ? "" : $"[{slot}].";
            for (int key = 0; key < category.KeyCount; key++)
                yield return category.KeyValues is null ? "" : $"{category.Name}.{place}{category.KeyValues[key]}";
        }
    }
}
