using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The values of a batch of sparse rows once more, put in buckets of neighbouring slots and in each bucket in the order of the rows:
/// the gradients of different buckets can then be summed side by side, and no sum depends on the number of threads.
/// </summary>
internal sealed unsafe class SlotIndex
{
    /// <summary>The most buckets: enough to share out evenly where some slots are far more frequent than others.</summary>
    private const int MaximumBuckets = 128;

    private readonly int _width;
    private readonly int _shift;
    private readonly bool _listsTouched;
    private readonly WorkTeam _team;
    private readonly int[] _starts;
    private readonly int[][] _cursors;
    private readonly ulong[] _seen;
    private readonly int[] _firstTouched;
    private readonly int[] _placeOfSlot;
    private readonly Action<int> _count;
    private readonly Action<int> _fill;
    private readonly Action<int> _findTouched;
    private readonly Action<int> _listTouched;
    private Entry[] _entries = [];
    private int[] _touched = [];
    private RowBatch _batch;
    private int _rowsOfShare;

    /// <param name="width">The number of slots.</param>
    /// <param name="listsTouched">Whether <see cref="Touched"/> will be asked for.</param>
    /// <param name="team">Shares out the work; stays the caller's.</param>
    public SlotIndex(int width, bool listsTouched, WorkTeam team)
    {
        _width = width;
        _listsTouched = listsTouched;
        _team = team;
        _shift = Math.Max(6, BitOperations.Log2((uint)Math.Max(1, (width - 1) / MaximumBuckets)) + 1); // whole words of bits
        Buckets = ((width - 1) >> _shift) + 1;
        _starts = new int[Buckets + 1];
        _cursors = [.. Enumerable.Range(0, team.Threads).Select(_ => new int[Buckets + 32])]; // arrays of their own: threads do not compete for a line
        _firstTouched = new int[Buckets + 1];
        _seen = listsTouched ? new ulong[Buckets << (_shift - 6)] : [];
        _placeOfSlot = listsTouched ? GC.AllocateArray<int>(width, pinned: true) : [];
        _count = Count;
        _fill = Fill;
        _findTouched = FindTouched;
        _listTouched = ListTouched;
    }

    /// <summary>The number of buckets; it depends on the width alone.</summary>
    public int Buckets { get; }

    /// <summary>The part of the batch that is computed on.</summary>
    public RowBatch Part { get; private set; }

    /// <summary>The number of that part's first row in the batch.</summary>
    public int FirstRow { get; private set; }

    /// <summary>The slots that the batch has values in, ascending, at the front of an array.</summary>
    public int[] Touched => _touched;

    /// <summary>How many there are.</summary>
    public int TouchedCount { get; private set; }

    /// <summary>Begins a part of the batch.</summary>
    public void Begin(in RowBatch part, int firstRow)
    {
        Part = part;
        FirstRow = firstRow;
    }

    /// <summary>The slots of a bucket.</summary>
    public (int First, int Count) Slots(int bucket)
    {
        int first = bucket << _shift;
        return (first, Math.Min(1 << _shift, _width - first));
    }

    /// <summary>The values of a bucket, by their rows.</summary>
    public ReadOnlySpan<Entry> Entries(int bucket) => _entries.AsSpan(_starts[bucket], _starts[bucket + 1] - _starts[bucket]);

    /// <summary>The touched slots of a bucket, as places among <see cref="Touched"/>.</summary>
    public (int First, int Count) TouchedOf(int bucket) => (_firstTouched[bucket], _firstTouched[bucket + 1] - _firstTouched[bucket]);

    /// <summary>The place of a touched slot among <see cref="Touched"/>.</summary>
    public int* PlaceOfSlot => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_placeOfSlot));

    /// <summary>Indexes a batch.</summary>
    public void Build(in RowBatch batch)
    {
        _batch = batch;
        int shares = _team.Threads;
        _rowsOfShare = (batch.Count + shares - 1) / shares;
        _team.Run(shares, _count);

        // Share behind share in each bucket: together the order of the rows.
        int total = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
        {
            _starts[bucket] = total;
            for (int share = 0; share < shares; share++)
            {
                int count = _cursors[share][bucket];
                _cursors[share][bucket] = total;
                total = checked(total + count);
            }
        }

        _starts[Buckets] = total;
        if (_entries.Length < total)
            _entries = GC.AllocateUninitializedArray<Entry>(total + (total / 4));
        _team.Run(shares, _fill);
        if (!_listsTouched)
            return;

        _team.Run(Buckets, _findTouched);
        int touched = 0;
        for (int bucket = 0; bucket < Buckets; bucket++)
            (_firstTouched[bucket], touched) = (touched, touched + _firstTouched[bucket]);
        _firstTouched[Buckets] = touched;
        TouchedCount = touched;
        if (_touched.Length < touched)
            _touched = GC.AllocateUninitializedArray<int>((int)Math.Min(_width, touched + (touched / 4L)));
        _team.Run(Buckets, _listTouched);
    }

    private void Count(int share)
    {
        int[] counts = _cursors[share];
        counts.AsSpan().Clear();
        int end = Math.Min((share + 1) * _rowsOfShare, _batch.Count);
        for (int row = share * _rowsOfShare; row < end; row++)
        {
            _batch.SparseFeatures(row, out var slots, out _);
            foreach (int slot in slots)
                counts[slot >> _shift]++;
        }
    }

    private void Fill(int share)
    {
        int[] next = _cursors[share];
        var entries = _entries;
        int end = Math.Min((share + 1) * _rowsOfShare, _batch.Count);
        for (int row = share * _rowsOfShare; row < end; row++)
        {
            _batch.SparseFeatures(row, out var slots, out var values);
            for (int i = 0; i < slots.Length; i++)
                entries[next[slots[i] >> _shift]++] = new Entry(row, slots[i], values[i]);
        }
    }

    private void FindTouched(int bucket)
    {
        int words = 1 << (_shift - 6);
        var seen = _seen.AsSpan(bucket * words, words);
        seen.Clear();
        int first = bucket << _shift;
        foreach (ref readonly var entry in Entries(bucket))
            seen[(entry.Slot - first) >> 6] |= 1UL << (entry.Slot & 63);
        int count = 0;
        foreach (ulong word in seen)
            count += BitOperations.PopCount(word);
        _firstTouched[bucket] = count;
    }

    private void ListTouched(int bucket)
    {
        int words = 1 << (_shift - 6);
        int place = _firstTouched[bucket];
        int* placeOfSlot = PlaceOfSlot;
        for (int i = 0; i < words; i++)
        {
            int first = (bucket << _shift) + (i << 6);
            for (ulong word = _seen[(bucket * words) + i]; word != 0; word &= word - 1)
            {
                int slot = first + BitOperations.TrailingZeroCount(word);
                _touched[place] = slot;
                placeOfSlot[slot] = place++;
            }
        }
    }

    /// <summary>A value, and where it stands in the batch.</summary>
    internal readonly record struct Entry(int Row, int Slot, float Value);
}
