using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>The bins of many numbers, looked up in <see cref="BinTable"/>s: see <see cref="EmbeddedBins"/>.</summary>
internal sealed class BinStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly Operand _input;
    private readonly Operand _output;
    private readonly Table[] _tables;
    private readonly int _spaceForUnits;

    // Of all tables, one after the other: the knots, padded with infinity to a power of two; and for each knot, the sums and then the slopes.
    private readonly float[] _knots;
    private readonly AlignedArray _rows;

    /// <param name="groups">Parts; those in a group have the same bins of the same number.</param>
    /// <param name="input">What the slots refer to.</param>
    /// <param name="output">Where the units go; must not be the input.</param>
    public BinStep(IReadOnlyList<List<Placed<EmbeddedBins>>> groups, Operand input, Operand output)
    {
        _input = input;
        _output = output;
        _tables = new Table[groups.Count];
        var knots = new List<float>();
        var rows = new List<float>();
        for (int i = 0; i < _tables.Length; i++)
        {
            var table = new BinTable([.. groups[i].Select(placed => placed.Part)]);
            int size = (int)BitOperations.RoundUpToPowerOf2((uint)table.Knots.Length);
            _tables[i] = new Table(
                groups[i][0].Part.Slot, knots.Count, size, table.Knots[^1], table.IsUndefinedAtInfinity, rows.Count, table.Width,
                [.. groups[i].Select(placed => placed.Column)], [.. groups[i].Select(placed => placed.Part.Width)]);
            knots.AddRange(table.Knots);
            knots.AddRange(Enumerable.Repeat(float.PositiveInfinity, size - table.Knots.Length));
            for (int knot = 0; knot < table.Knots.Length; knot++)
            {
                rows.AddRange(table.Base.AsSpan(knot * table.Width, table.Width));
                rows.AddRange(table.Slope.AsSpan(knot * table.Width, table.Width));
            }

            _spaceForUnits = Math.Max(_spaceForUnits, table.Width + TVector.Count);
        }

        _knots = [.. knots];
        _rows = new AlignedArray(rows.Count + TVector.Count);
        CollectionsMarshal.AsSpan(rows).CopyTo(_rows.Span);
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        Span<float> space = stackalloc float[_spaceForUnits];
        ref float units = ref MemoryMarshal.GetReference(space);
        ref float firstX = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float firstY = ref frame.Write(_output, out nuint outputStride);

        // All rows of a table at a time, because a table fits into the L1 cache and all of them do not.
        foreach (ref readonly var table in _tables.AsSpan())
        {
            ref float x = ref Unsafe.Add(ref firstX, table.Slot);
            ref float y = ref firstY;
            for (int row = 0; row < frame.Rows; row++)
            {
                LookUp(in table, x, ref units);
                Place(in table, ref units, ref y);
                x = ref Unsafe.Add(ref x, inputStride);
                y = ref Unsafe.Add(ref y, outputStride);
            }
        }
    }

    public override string ToString() => $"Bins({_tables.Length} -> {_tables.Sum(table => table.Width)})";

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void LookUp(in Table table, float value, ref float units)
    {
        ref float knots = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_knots), table.FirstKnot);
        float place = value < knots ? knots : value > table.LastKnot ? table.LastKnot : value;
        int knot = 0;
        for (int half = table.Knots >> 1; half > 0; half >>= 1)
            knot += half & -(Unsafe.Add(ref knots, knot + half) <= place ? 1 : 0); // no branch, because it would be random

        float beyond = place - Unsafe.Add(ref knots, knot);
        if (float.IsInfinity(value) && table.IsUndefinedAtInfinity)
            beyond = float.NaN;
        var step = TVector.Create(beyond);
        ref float sums = ref Unsafe.Add(ref _rows.Reference, table.FirstRow + (2 * knot * table.Width));
        ref float slopes = ref Unsafe.Add(ref sums, table.Width);
        for (nuint i = 0; i < (nuint)table.Width; i += (nuint)TVector.Count)
            TVector.MultiplyAdd(step, TVector.Load(in slopes, i), TVector.Load(in sums, i)).Store(ref units, i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Place(in Table table, ref float units, ref float output)
    {
        for (int part = 0; part < table.Columns.Length; part++)
        {
            ref float target = ref Unsafe.Add(ref output, table.Columns[part]);
            int width = table.Widths[part], i = 0;
            for (; i <= width - Vector128<float>.Count; i += Vector128<float>.Count)
                Vector128.LoadUnsafe(ref units, (nuint)i).StoreUnsafe(ref target, (nuint)i);
            for (; i < width; i++)
                Unsafe.Add(ref target, i) = Unsafe.Add(ref units, i);
            units = ref Unsafe.Add(ref units, width);
        }
    }

    /// <summary>A table, and where its units go.</summary>
    private readonly record struct Table(
        int Slot, int FirstKnot, int Knots, float LastKnot, bool IsUndefinedAtInfinity, int FirstRow, int Width, int[] Columns, int[] Widths);
}
