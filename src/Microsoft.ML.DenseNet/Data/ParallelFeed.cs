using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Reads from several cursors at once, each on its own thread, and restores the order of the rows: a batch comes from a single cursor,
/// and the batch numbers of a cursor ascend.
/// </summary>
/// <remarks>Readers run ahead by a few chunks each, so memory use does not grow with the number of rows.</remarks>
internal sealed class ParallelFeed : IRowFeed
{
    /// <summary>A chunk is 1 / this of a block.</summary>
    private const int ChunkShare = 8;

    private const int ChunksPerReader = 4;

    private readonly int _width;
    private readonly bool _hasWeights;
    private readonly int _splitKeys;
    private readonly Lane[] _lanes;
    private readonly CancellationTokenSource _stop = new();
    private volatile RowForm _form;

    /// <param name="feeds">The cursors, which this feed disposes.</param>
    /// <param name="width">The number of features.</param>
    /// <param name="hasWeights">Whether rows have weights.</param>
    /// <param name="form">How readers store rows.</param>
    /// <param name="splitKeys">The number of keys that each row has in the <see cref="SplitColumns"/>.</param>
    public ParallelFeed(IReadOnlyList<CursorFeed> feeds, int width, bool hasWeights, RowForm form, int splitKeys = 0)
    {
        _splitKeys = splitKeys;
        _width = width;
        _hasWeights = hasWeights;
        _form = form;
        _lanes = [.. feeds.Select(feed => new Lane(this, feed))];
        foreach (var lane in _lanes)
            lane.Start(_stop.Token);
    }

    public RowForm Form
    {
        set => _form = value;
    }

    public bool Fill(BlockBuilder block, CancellationToken cancellationToken)
    {
        while (!block.IsFull)
        {
            Lane? first = null;
            foreach (var lane in _lanes)
            {
                if (lane.Await(cancellationToken) && (first is null || lane.Batch < first.Batch))
                    first = lane;
            }

            if (first is null)
                return false;
            first.MoveTo(block);
        }

        return true;
    }

    public void Dispose()
    {
        _stop.Cancel();
        foreach (var lane in _lanes)
            lane.Join();
        foreach (var lane in _lanes)
            lane.Dispose();
        _stop.Dispose();
    }

    /// <summary>One reader, and the chunk from which its rows are currently taken.</summary>
    private sealed class Lane(ParallelFeed parent, CursorFeed feed) : IDisposable
    {
        private readonly BlockingCollection<RowChunk> _full = new(ChunksPerReader);
        private readonly ConcurrentBag<RowChunk> _spare = [];
        private Thread? _thread;
        private RowChunk? _chunk;
        private RowBlock? _rows;
        private int _run;
        private int _row;

        /// <summary>The batch of the next rows, or of the error that comes next.</summary>
        public long Batch { get; private set; } = long.MinValue;

        public void Start(CancellationToken stop)
        {
            _thread = new Thread(() => Read(stop)) { IsBackground = true, Name = "DenseNet reader" };
            _thread.Start();
        }

        /// <summary>Waits for rows or an error; false at the end.</summary>
        public bool Await(CancellationToken cancellationToken)
        {
            while (true)
            {
                if (_chunk is null)
                {
                    _chunk = _full.Take(cancellationToken);
                    _rows = _chunk.Rows.View;
                    _run = _row = 0;
                }

                if (_run < _chunk.Batches.Count)
                {
                    Batch = _chunk.Batches[_run].Batch;
                    return true;
                }

                if (_chunk.Error is not null)
                {
                    Batch = _chunk.ErrorBatch;
                    return true;
                }

                if (_chunk.IsLast)
                    return false;
                _chunk.Clear();
                _spare.Add(_chunk);
                _chunk = null;
            }
        }

        /// <summary>Moves rows of one batch, up to those available and the room left.</summary>
        public void MoveTo(BlockBuilder block)
        {
            if (_run == _chunk!.Batches.Count)
                _chunk.Error!.Throw();
            int end = _chunk.Batches[_run].End;
            _row += block.Add(_rows!, _row, end - _row);
            if (_row == end)
                _run++;
        }

        public void Join() => _thread?.Join();

        public void Dispose()
        {
            feed.Dispose();
            _full.Dispose();
        }

        private void Read(CancellationToken stop)
        {
            try
            {
                bool more = true;
                while (more)
                {
                    if (!_spare.TryTake(out var chunk) || chunk.Rows.Form != parent._form)
                        chunk = new RowChunk(new BlockBuilder(parent._width, parent._hasWeights, parent._form, ChunkShare, parent._splitKeys));
                    more = FillChunk(chunk, stop);
                    _full.Add(chunk, stop);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // The feed is being disposed.
            }
        }

        private bool FillChunk(RowChunk chunk, CancellationToken stop)
        {
            try
            {
                chunk.IsLast = !feed.Fill(chunk.Rows, chunk.Batches, stop);
            }
            catch (Exception exception) when (!(exception is OperationCanceledException && stop.IsCancellationRequested))
            {
                chunk.Error = ExceptionDispatchInfo.Capture(exception);
                chunk.ErrorBatch = feed.Batch;
            }

            return !chunk.IsLast && chunk.Error is null;
        }
    }
}
