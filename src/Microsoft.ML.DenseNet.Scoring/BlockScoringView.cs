using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The data that ML.NET's scorer would return, computed in blocks of rows when score columns are requested. The scorer itself provides
/// everything else: the schema, the columns' content, and every cursor without a score column.
/// </summary>
internal sealed class BlockScoringView : IDataView, IOnnxScoringView
{
    private readonly IHost _host;
    private readonly IDataView _source;
    private readonly IDataView _scorer;
    private readonly IRowToRowMapper _mapper;
    private readonly TrainedNetwork _network;
    private readonly InputColumns _columns;
    private readonly HashSet<int> _scoreColumns;

    /// <param name="host">The transformer's host.</param>
    /// <param name="source">The data to score.</param>
    /// <param name="scorer">ML.NET's scorer, applied to the data.</param>
    /// <param name="network">The network.</param>
    /// <param name="columns">The columns of the data that it reads.</param>
    public BlockScoringView(IHost host, IDataView source, IDataView scorer, TrainedNetwork network, InputColumns columns)
    {
        _host = host;
        _source = source;
        _scorer = scorer;
        _mapper = (IRowToRowMapper)scorer;
        _network = network;
        _columns = columns;

        // A scorer gives its columns their own number, above that of any scorer before it.
        uint scoreSet = scorer.Schema.GetMaxAnnotationKind(out _, AnnotationUtils.Kinds.ScoreColumnSetId);
        _scoreColumns = [.. scorer.Schema.GetColumnSet(AnnotationUtils.Kinds.ScoreColumnSetId, scoreSet)];
    }

    public DataViewSchema Schema => _scorer.Schema;

    public bool CanShuffle => _scorer.CanShuffle;

    IDataView IOnnxScoringView.Scorer => _scorer;

    public long? GetRowCount() => _scorer.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        _host.CheckValue(columnsNeeded, nameof(columnsNeeded));
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        return TryGetInputs(columns, out var inputs)
            ? Score(_source.GetRowCursor(inputs, Shuffle(rand)), columns, Environment.ProcessorCount)
            : _scorer.GetRowCursor(columns, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        _host.CheckValue(columnsNeeded, nameof(columnsNeeded));
        DataViewSchema.Column[] columns = [.. columnsNeeded];
        if (!TryGetInputs(columns, out var inputs))
            return _scorer.GetRowCursorSet(columns, n, rand);

        // Each cursor of a set already has its own thread.
        var cursors = _source.GetRowCursorSet(inputs, n, Shuffle(rand));
        int threads = cursors.Length == 1 ? Environment.ProcessorCount : 1;
        return [.. cursors.Select(cursor => Score(cursor, columns, threads))];
    }

    private Random? Shuffle(Random? rand) => CanShuffle ? rand : null;

    /// <summary>Gets the columns to read; returns false if blocks have no benefit or cannot be kept.</summary>
    private bool TryGetInputs(DataViewSchema.Column[] columns, out DataViewSchema.Column[] inputs)
    {
        inputs = [];
        if (!columns.Any(column => _scoreColumns.Contains(column.Index)))
            return false;

        // Getters pass ownership of objects such as images, so rows that hold them are scored as they come.
        inputs = [.. _mapper.GetDependencies(columns)];
        return inputs.All(column => column.Type.IsCacheable());
    }

    private ScoredCursor Score(DataViewRowCursor cursor, DataViewSchema.Column[] columns, int threads)
    {
        try
        {
            var wanted = _mapper.GetDependencies(columns.Where(column => !_scoreColumns.Contains(column.Index)));
            var block = new BlockCursor(cursor, _network, _columns, wanted, threads);
            return new ScoredCursor(_host, block, _mapper.GetRow(block, columns), columns);
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }
}
