using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Annotations of columns that are vectors: names of slots, values of keys, ranges of one-hot blocks.</summary>
internal static class VectorAnnotations
{
    /// <summary>Adds an annotation.</summary>
    /// <param name="annotations">What it is added to.</param>
    /// <param name="kind">Its name, one of <see cref="AnnotationUtils.Kinds"/>.</param>
    /// <param name="type">The type of its items.</param>
    /// <param name="items">Its items.</param>
    public static void Add<T>(DataViewSchema.Annotations.Builder annotations, string kind, PrimitiveDataViewType type, T[] items)
    {
        var values = new VBuffer<T>(items.Length, items);
        annotations.Add(kind, new VectorDataViewType(type, items.Length), (ref VBuffer<T> value) => values.CopyTo(ref value));
    }

    /// <summary>Adds an annotation of texts.</summary>
    public static void Add(DataViewSchema.Annotations.Builder annotations, string kind, IEnumerable<string> texts) =>
        Add<ReadOnlyMemory<char>>(annotations, kind, TextDataViewType.Instance, [.. texts.Select(text => text.AsMemory())]);

    /// <summary>Returns the first and the last slot of each one-hot block of a column, one after the other, as one-hot encoding annotates them; none if it has no such annotation.</summary>
    public static int[] CategoricalSlotRanges(DataViewSchema.Column column)
    {
        const string Kind = AnnotationUtils.Kinds.CategoricalSlotRanges;
        if (column.Annotations.Schema.GetColumnOrNull(Kind) is not { Type: VectorDataViewType { ItemType: NumberDataViewType type } } || type != NumberDataViewType.Int32)
            return [];
        VBuffer<int> values = default;
        column.Annotations.GetValue(Kind, ref values);
        return [.. values.DenseValues()];
    }

    /// <summary>Returns the one-hot blocks that <see cref="CategoricalSlotRanges"/> name; none if they are missing or do not fit.</summary>
    public static IReadOnlyList<SlotRange> OneHotBlocks(DataViewSchema.Column features, int width)
    {
        int[] bounds = CategoricalSlotRanges(features);
        var blocks = new List<SlotRange>();
        int end = 0;
        for (int i = 0; i + 1 < bounds.Length; i += 2)
        {
            // Pairs of first and last slot, ascending.
            int first = bounds[i], last = bounds[i + 1];
            if (first < end || last < first || last >= width)
                return [];
            blocks.Add(new SlotRange(first, last - first + 1));
            end = last + 1;
        }

        return blocks;
    }
}
