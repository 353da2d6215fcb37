using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row whose feature column changes as it moves, without any allocation; its other columns are inactive.</summary>
internal sealed class CountingRow(DataViewSchema schema, int width, bool sparse) : DataViewRow
{
    private long _position = -1;

    public override DataViewSchema Schema => schema;

    public override long Position => _position;

    public override long Batch => 0;

    public void Move() => _position++;

    public override bool IsColumnActive(DataViewSchema.Column column) => column.Name == "Features";

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)Features;

        void Features(ref VBuffer<float> value)
        {
            var editor = VBufferEditor.Create(ref value, width, sparse ? 2 : width);
            editor.Values.Fill(_position % 7);
            if (sparse)
            {
                editor.Indices[0] = 1;
                editor.Indices[1] = 3;
            }

            value = editor.Commit();
        }
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);
}
