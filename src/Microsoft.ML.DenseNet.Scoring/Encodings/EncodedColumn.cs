using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>What an encoding knows of a column: the numbers that each of its values becomes.</summary>
/// <param name="ItemType">The type of the values.</param>
/// <param name="Size">The slots of the column's vectors; 0 for a scalar column.</param>
/// <param name="Maps">The values of each slot; of one for a scalar column.</param>
/// <param name="Values">For each slot the numbers of value 0, then those of value 1, and so on.</param>
/// <param name="Unseen">The numbers of a value that did not occur in training.</param>
/// <param name="Names">What each of these numbers is called, such as a class; null if there is one and it has no name.</param>
internal sealed record EncodedColumn(PrimitiveDataViewType ItemType, int Size, CategoryMap[] Maps, float[][] Values, float[] Unseen, string[]? Names)
{
    /// <summary>The numbers that a value becomes.</summary>
    public int Width => Unseen.Length;

    public DataViewType InputType => Size == 0 ? ItemType : new VectorDataViewType(ItemType, Size);

    public DataViewType OutputType => Size == 0 && Names is null ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, Maps.Length * Width);

    /// <summary>Refuses a column of another type than the one that the encoding was fitted to.</summary>
    public void Check(IExceptionContext context, DataViewSchema.Column column)
    {
        if (!column.Type.Equals(InputType))
            throw context.ExceptSchemaMismatch("inputSchema", "input", column.Name, $"{InputType}, as in training", column.Type.ToString());
    }

    /// <summary>Writes the numbers of the row that the reader has read.</summary>
    public void Encode(CategoryReader reader, Span<float> destination)
    {
        for (int slot = 0; slot < Maps.Length; slot++)
        {
            int index = reader.Find(Maps[slot], slot);
            var numbers = index < 0 ? Unseen : Values[slot].AsSpan(index * Width, Width);
            numbers.CopyTo(destination[(slot * Width)..]);
        }
    }

    /// <summary>Returns the output column for an input column: its slots' names go with the values.</summary>
    public DataViewSchema.DetachedColumn Describe(string name, DataViewSchema.Column input)
    {
        string[]? names = OutputNames(input);
        if (names is null)
            return new DataViewSchema.DetachedColumn(name, OutputType);
        var annotations = new DataViewSchema.Annotations.Builder();
        VectorAnnotations.Add(annotations, AnnotationUtils.Kinds.SlotNames, names);
        return new DataViewSchema.DetachedColumn(name, OutputType, annotations.ToAnnotations());
    }

    private string[]? OutputNames(DataViewSchema.Column input)
    {
        string[]? slots = SlotNames.All(input);
        if (Names is null || Size == 0)
            return Names ?? slots;
        return [.. Enumerable.Range(0, Size).SelectMany(slot => Names.Select(name => $"{(slots is null ? slot : slots[slot])}.{name}"))];
    }
}
