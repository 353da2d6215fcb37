using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>A cursor over the rows of a <see cref="BlockCursor"/>, with the columns that ML.NET's scorer derives from them.</summary>
internal sealed class ScoredCursor : SynchronizedCursorBase
{
    private readonly DataViewRow _row;
    private readonly bool[] _active;

    /// <param name="host">The transformer's host.</param>
    /// <param name="input">The rows; disposed with this cursor.</param>
    /// <param name="row">The scorer's row over <paramref name="input"/>.</param>
    /// <param name="columns">The active columns of that row.</param>
    public ScoredCursor(IHost host, BlockCursor input, DataViewRow row, DataViewSchema.Column[] columns)
        : base(host, input)
    {
        _row = row;
        _active = new bool[row.Schema.Count];
        foreach (var column in columns)
            _active[column.Index] = true;
    }

    public override DataViewSchema Schema => _row.Schema;

    public override bool IsColumnActive(DataViewSchema.Column column)
    {
        Ch.CheckParam(column.Index < _active.Length, nameof(column));
        return _active[column.Index];
    }

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        Ch.CheckParam(IsColumnActive(column), nameof(column), $"Column '{column.Name}' is not active.");
        var getter = _row.GetGetter<TValue>(column);
        return Get;

        // Where there is no row, the scorer's own getters would return cached values.
        void Get(ref TValue value)
        {
            if (Position < 0)
                throw RowOutputs.NoRow();
            getter(ref value);
        }
    }

    protected override void Dispose(bool disposing)
    {
        // Disposes the input as well, which the base class may do again.
        if (disposing)
            _row.Dispose();
        base.Dispose(disposing);
    }
}
