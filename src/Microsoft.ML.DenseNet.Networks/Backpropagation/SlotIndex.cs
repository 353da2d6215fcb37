using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Finds the values of a batch's rows by ranges of slots: the gradients of different ranges can be summed in parallel, each in row
/// order, so that no sum depends on the number of threads.
/// </summary>
internal sealed unsafe class SlotIndex
{
    /// <summary>The number of slots in a word of bits; ranges consist of whole words, so that threads do not share one.</summary>
    private const int WordSlots = 64;

    /// <summary>Ranges per thread: values are not divided exactly, and the gradient of a range should fit in a cache.</summary>
    private const int RangesPerThread = 4;

    private const int SampleRows = 16;

    private const int SampleValues = 16;

    /// <summary>How many rows ahead to prefetch: a shuffled row is far away in memory.</summary>
    private const int RowsAhead = 6;

    private readonly int _width;
    private readonly bool _listsTouched;
    private readonly WorkTeam _team;
    private readonly int[] _bounds;
    private readonly int[] _sample = new int[SampleRows * SampleValues];
    private readonly ulong[] _seen;
    private readonly int[] _firstTouched;
    private readonly int[] _placeOfSlot;
    private readonly Action<int> _locate;
    private readonly Action<int> _findTouched;
    private readonly Action<int> _listTouched;
    private SparseRows[] _blocks = [];
    private int[] _cuts = [];
    private RowBatch _batch;
    private int _rowsOfShare;

    /// <param name="width">The number of slots.</param>
    /// <param name="listsTouched">Whether <see cref="Touched"/> will be needed.</param>
    /// <param name="team">Runs the work; remains the caller's.</param>
    public SlotIndex(int width, bool listsTouched, WorkTeam team)
    {
        _width = width;
        _listsTouched = listsTouched;
        _team = team;
        Ranges = RangesPerThread * team.Threads;
        _bounds = new int[Ranges + 1];
        _bounds[Ranges] = width;
        _firstTouched = new int[Ranges + 1];
        _seen = listsTouched ? new ulong[((width - 1) / WordSlots) + 1] : [];
        _placeOfSlot = listsTouched ? GC.AllocateArray<int>(width, pinned: true) : [];
        _locate = Locate;
        _findTouched = FindTouched;
        _listTouched = ListTouched;
    }

    /// <summary>The number of ranges.</summary>
    public int Ranges { get; }

    /// <summary>The part of the batch being computed.</summary>
    public RowBatch Part { get; private set; }

    /// <summary>That part's first row in the batch.</summary>
    public int FirstRow { get; private set; }

    /// <summary>The slots in which the batch has values, ascending, at the start of the array.</summary>
    public int[] Touched { get; private set; } = [];

    /// <summary>The number of touched slots.</summary>
    public int TouchedCount { get; private set; }

    /// <summary>By slot, the place of a touched slot in <see cref="Touched"/>.</summary>
    public int* PlaceOfSlot => (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_placeOfSlot));

    /// <summary>Starts a part of the batch.</summary>
    public void Begin(in RowBatch part, int firstRow)
    {
        Part = part;
        FirstRow = firstRow;
    }

    /// <summary>The slots of a range.</summary>
    public (int First, int Count) Slots(int range) => (_bounds[range], _bounds[range + 1] - _bounds[range]);

    /// <summary>The touched slots of a range, as places in <see cref="Touched"/>.</summary>
    public (int First, int Count) TouchedOf(int range) => (_firstTouched[range], _firstTouched[range + 1] - _firstTouched[range]);

    /// <summary>The values of a row of the batch that fall in a range.</summary>
    public void Values(int row, int range, out ReadOnlySpan<int> slots, out ReadOnlySpan<float> values)
    {
        int place = (row * (Ranges + 1)) + range;
        int start = _cuts[place];
        int count = _cuts[place + 1] - start;
        var block = _blocks[row];
        slots = block.Slots.AsSpan(start, count);
        values = block.Values.AsSpan(start, count);
    }

    /// <summary>Indexes a batch.</summary>
    public void Build(in RowBatch batch)
    {
        _batch = batch;
        if (_blocks.Length < batch.Count)
        {
            _blocks = new SparseRows[batch.Count];
            _cuts = new int[checked(batch.Count * (Ranges + 1))];
        }

        ChooseBounds();
        int shares = _team.Threads;
        _rowsOfShare = (batch.Count + shares - 1) / shares;
        _team.Run(shares, _locate);
        if (!_listsTouched)
            return;

        _team.Run(Ranges, _findTouched);
        int touched = 0;
        for (int range = 0; range < Ranges; range++)
            (_firstTouched[range], touched) = (touched, touched + _firstTouched[range]);
        _firstTouched[Ranges] = touched;
        TouchedCount = touched;
        if (Touched.Length < touched)
            Touched = GC.AllocateUninitializedArray<int>((int)Math.Min(_width, touched + (touched / 4L)));
        _team.Run(Ranges, _listTouched);
    }

    /// <summary>Chooses bounds so that ranges have about equally many values, judging by a sample of them.</summary>
    private void ChooseBounds()
    {
        if (Ranges == 1)
            return;
        int count = 0;
        for (int i = 0; i < SampleRows && i < _batch.Count; i++)
        {
            _batch.SparseFeatures((int)((long)i * _batch.Count / SampleRows), out var slots, out _);
            for (int j = 0; j < SampleValues && j < slots.Length; j++)
                _sample[count++] = slots[(int)((long)j * slots.Length / SampleValues)];
        }

        Array.Sort(_sample, 0, count);
        for (int range = 1; range < Ranges; range++)
        {
            int quantile = count == 0 ? 0 : _sample[(int)((long)range * count / Ranges)];
            _bounds[range] = Math.Min(_width, (quantile + WordSlots - 1) / WordSlots * WordSlots);
        }
    }

    private void Locate(int share)
    {
        int end = Math.Min((share + 1) * _rowsOfShare, _batch.Count);
        for (int row = share * _rowsOfShare; row < end; row++)
        {
            if (row + RowsAhead < end)
                _batch.Prefetch(row + RowsAhead);
            var block = _batch.Locate(row, out int start, out int stop);
            _blocks[row] = block;
            var cuts = _cuts.AsSpan(row * (Ranges + 1), Ranges + 1);
            cuts[0] = start;
            for (int range = 1; range < Ranges; range++)
            {
                int place = block.Slots.AsSpan(start, stop - start).BinarySearch(_bounds[range]);
                start += place < 0 ? ~place : place;
                cuts[range] = start;
            }

            cuts[Ranges] = stop;
        }
    }

    private void FindTouched(int range)
    {
        var seen = Words(range);
        seen.Clear();
        int first = _bounds[range];
        for (int row = 0; row < _batch.Count; row++)
        {
            Values(row, range, out var slots, out _);
            foreach (int slot in slots)
                seen[(slot - first) / WordSlots] |= 1UL << (slot % WordSlots);
        }

        int count = 0;
        foreach (ulong word in seen)
            count += BitOperations.PopCount(word);
        _firstTouched[range] = count;
    }

    private void ListTouched(int range)
    {
        int place = _firstTouched[range];
        int first = _bounds[range];
        int* placeOfSlot = PlaceOfSlot;
        foreach (ulong seen in Words(range))
        {
            for (ulong word = seen; word != 0; word &= word - 1)
            {
                int slot = first + BitOperations.TrailingZeroCount(word);
                Touched[place] = slot;
                placeOfSlot[slot] = place++;
            }

            first += WordSlots;
        }
    }

    private Span<ulong> Words(int range)
    {
        return _seen.AsSpan(WordsBefore(_bounds[range])..WordsBefore(_bounds[range + 1]));

        static int WordsBefore(int bound) => (bound + WordSlots - 1) / WordSlots; // only the last bound, the width, may not be a multiple
    }
}
