using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Batches of rows that are read again in every epoch, by a thread that stays a few batches ahead and shuffles them in a pool of bounded
/// size: once the pool is full, each incoming row replaces a random one, which goes into the batch.
/// </summary>
internal sealed class StreamBatches : BatchSource
{
    /// <summary>Batches in flight: the one being trained on, and those ahead of it.</summary>
    private const int Buffers = 4;

    private readonly TrainingPlan _plan;
    private readonly StreamedRows _rows;
    private readonly Func<Tensor, Tensor> _scale;
    private readonly bool _keepsSparse;
    private readonly Func<IEnumerable<int>> _sizes;
    private readonly RowPool? _pool;
    private readonly BatchBuffer[] _buffers;
    private BatchBuffer? _current;
    private Pass? _pass;
    private long _left;
    private int _epoch;

    /// <param name="plan">The task, the device and the order.</param>
    /// <param name="rows">The stream.</param>
    /// <param name="batchSize">Rows per batch.</param>
    /// <param name="scale">The input scaling.</param>
    /// <param name="sparse">The same for sparse rows that are never written out; null if they are.</param>
    /// <param name="sizes">The size of each batch of an epoch, at most <paramref name="batchSize"/>; null if all but the last have it.</param>
    /// <exception cref="InvalidOperationException">A batch does not fit in the memory that the stream may use.</exception>
    public StreamBatches(TrainingPlan plan, StreamedRows rows, int batchSize, Func<Tensor, Tensor> scale, SparseScaling? sparse, Func<IEnumerable<int>>? sizes = null)
    {
        _plan = plan;
        _rows = rows;
        _scale = scale;
        _sizes = sizes ?? (() => Enumerable.Repeat(batchSize, int.MaxValue));
        _keepsSparse = rows.IsSparse && sparse is not null;
        bool writesZeros = !_keepsSparse;
        double batchBytes = writesZeros ? sizeof(float) * (double)batchSize * rows.Width : batchSize * rows.RowBytes;
        if (Buffers * batchBytes > Math.Max(rows.PoolBytes, 1 << 26))
            throw new InvalidOperationException($"A batch of {batchSize} rows of {rows.Width} features is too large to be streamed ({batchBytes / (1 << 20):F0} MB). Set a smaller BatchSize, a larger MemoryBudget, or DataPlacement.Host.");

        _pool = plan.Shuffle ? new RowPool(rows.Width, rows.Reader.HasWeights, rows.IsSparse, rows.PoolRows) : null;
        _buffers = [.. Enumerable.Range(0, Buffers).Select(_ => new BatchBuffer(plan.Task, batchSize, rows.Width, rows.HasWeights, rows.IsSparse, writesZeros, sparse))];
    }

    public override long Count => _rows.Count;

    public override void StartEpoch()
    {
        _pass?.Dispose();
        _current = null;
        _left = _rows.Count;
        _pass = new Pass(this, _epoch++);
    }

    public override void SkipEpochs(int count) => _epoch = count;

    public override TrainingRows Next(long count)
    {
        if (_current is not null)
            _pass!.Free.Add(_current);
        _current = _pass!.Take(_plan.CancellationToken);
        _left -= count;
        if (_left <= 1) // a last batch of one row may be dropped
            _pass.Finish();
        var batch = _current.ToRows().To(_plan.Device);
        return _keepsSparse ? batch : batch with { Features = _scale(batch.Features) };
    }

    public override void Dispose()
    {
        _pass?.Dispose();
        base.Dispose();
    }

    /// <summary>One pass over the data.</summary>
    private sealed class Pass : IDisposable
    {
        private readonly StreamBatches _source;
        private readonly StreamedRows _rows;
        private readonly Random _random;
        private readonly CancellationTokenSource _stop;
        private readonly BlockingCollection<BatchBuffer> _full = [];
        private readonly Thread _thread;
        private ExceptionDispatchInfo? _error;
        private readonly IEnumerator<int> _sizes;
        private BatchBuffer? _filling;
        private long _given;

        public Pass(StreamBatches source, int epoch)
        {
            _source = source;
            _rows = source._rows;
            _sizes = source._sizes().GetEnumerator();
            _random = new Random(unchecked(source._plan.Seed + (epoch * 1_000_003)));
            _stop = CancellationTokenSource.CreateLinkedTokenSource(source._plan.CancellationToken);
            foreach (var buffer in source._buffers)
                Free.Add(buffer);
            _thread = new Thread(Run) { IsBackground = true, Name = "DenseNet stream" };
            _thread.Start();
        }

        /// <summary>Buffers to fill.</summary>
        public BlockingCollection<BatchBuffer> Free { get; } = [];

        /// <summary>Waits for the next batch.</summary>
        public BatchBuffer Take(CancellationToken cancellationToken)
        {
            if (_full.TryTake(out var batch, Timeout.Infinite, cancellationToken))
                return batch;
            _error?.Throw();
            throw _source.Changed(_given);
        }

        /// <summary>Waits for the end of the data, which shows whether it had the expected rows.</summary>
        public void Finish()
        {
            _thread.Join();
            _error?.Throw();
        }

        public void Dispose()
        {
            _stop.Cancel();
            _thread.Join();
            _stop.Dispose();
            _full.Dispose();
            Free.Dispose();
        }

        private void Run()
        {
            try
            {
                Read(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                // No one is waiting for more, or whoever is was canceled as well.
            }
            catch (Exception exception)
            {
                _error = ExceptionDispatchInfo.Capture(exception);
            }
            finally
            {
                _full.CompleteAdding();
            }
        }

        private void Read(CancellationToken stop)
        {
            var pool = _source._pool;
            pool?.Clear();
            long number = 0;
            foreach (var block in _rows.Reader.Blocks(_rows.Data, () => true, stop, _rows.IsSparse ? RowForm.Sparse : RowForm.Dense))
            {
                for (int row = 0; row < block.Rows; row++)
                {
                    if (_rows.IsSkipped(block, row, number++))
                        continue;
                    if (pool is null)
                    {
                        var batch = Room(stop);
                        if (block.Sparse is { } sparse)
                            batch.SetSparse(batch.Count, sparse.RowSlots(row), sparse.RowValues(row));
                        else
                            block.CopyRow(row, batch.Features(batch.Count));
                        Give(block.Labels.Span[row], block.Weights.Length == 0 ? 1 : block.Weights.Span[row]);
                    }
                    else if (pool.Count < pool.Capacity)
                    {
                        pool.Add(block, row);
                    }
                    else
                    {
                        int place = _random.Next(pool.Count);
                        Give(pool, place, stop);
                        pool.Set(place, block, row);
                    }
                }
            }

            while (pool?.Count > 0)
            {
                int place = _random.Next(pool.Count);
                Give(pool, place, stop);
                pool.Remove(place);
            }

            if (_filling is not null)
                _full.Add(_filling, stop);
            if (_given != _rows.Count)
                throw _source.Changed(_given);
        }

        private void Give(RowPool pool, int place, CancellationToken stop)
        {
            var batch = Room(stop);
            if (_rows.IsSparse)
                batch.SetSparse(batch.Count, pool.Slots(place), pool.Values(place));
            else
                pool.Features(place).CopyTo(batch.Features(batch.Count));
            Give(pool.Label(place), pool.Weight(place));
        }

        /// <summary>The batch that the next row goes to.</summary>
        private BatchBuffer Room(CancellationToken stop)
        {
            if (_given == _rows.Count)
                throw _source.Changed(_given + 1);
            if (_filling is null)
            {
                _filling = Free.Take(stop);
                _sizes.MoveNext();
                _filling.Count = 0;
            }

            return _filling;
        }

        /// <summary>Adds the row whose features were written.</summary>
        private void Give(float label, float weight)
        {
            var batch = _filling!;
            batch.SetTarget(batch.Count, _rows.Label is { } change ? change(label) : label);
            batch.SetWeight(batch.Count, (float)((_rows.WeightFactor is { } factor ? (float)(weight * factor(label)) : weight) / _rows.MeanWeight));
            batch.Count++;
            _given++;
            if (batch.Count < _sizes.Current)
                return;
            _full.Add(batch);
            _filling = null;
        }
    }

    private InvalidOperationException Changed(long given) =>
        new($"The data gave {_rows.Count} training rows when they were first read and {(given > _rows.Count ? "more" : given.ToString(System.Globalization.CultureInfo.InvariantCulture))} when they were read again. Streaming reads them in every epoch: take data that gives the same rows each time, mlContext.Data.Cache, or DataPlacement.Host.");
}
