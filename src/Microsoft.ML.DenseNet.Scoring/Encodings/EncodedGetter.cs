using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Creates the getters of encoded columns.</summary>
internal static class EncodedGetter
{
    /// <param name="row">The row to read.</param>
    /// <param name="input">Its column.</param>
    /// <param name="column">An encoding of the column, for its types.</param>
    /// <param name="current">Returns the encoding for the row at which the cursor is.</param>
    public static Delegate Create(DataViewRow row, DataViewSchema.Column input, EncodedColumn column, Func<EncodedColumn> current)
    {
        var reader = CategoryReader.Create(row, input);
        int length = column.Maps.Length * column.Width;
        return column.OutputType is VectorDataViewType ? (ValueGetter<VBuffer<float>>)GetVector : (ValueGetter<float>)GetNumber;

        void GetNumber(ref float value)
        {
            reader.Read();
            current().Encode(reader, new Span<float>(ref value));
        }

        void GetVector(ref VBuffer<float> value)
        {
            reader.Read();
            var editor = VBufferEditor.Create(ref value, length);
            current().Encode(reader, editor.Values);
            value = editor.Commit();
        }
    }
}
