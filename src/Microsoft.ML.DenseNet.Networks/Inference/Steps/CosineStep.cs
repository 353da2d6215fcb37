using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The cosines of many numbers, with a lane for each number: see <see cref="EmbeddedCosines"/>.</summary>
/// <remarks>A lane takes its cosines in order, whatever the width of the vector, so the bits do not depend on it.</remarks>
internal sealed class CosineStep<TVector> : ProgramStep
    where TVector : struct, ISimdVector<TVector>
{
    private const int MaximumOnStack = 2048;

    private readonly Operand _input;
    private readonly Operand _output;
    private readonly int _frequencies;
    private readonly int _units;
    private readonly int[] _slots;
    private readonly int[] _columns;

    // By chunks of lanes: [chunks, frequencies, lanes], [chunks, units, frequencies, lanes] and [chunks, units, lanes].
    private readonly AlignedArray _frequency;
    private readonly AlignedArray _phase;
    private readonly AlignedArray _weight;
    private readonly AlignedArray _bias;

    /// <param name="parts">Parts with the same number of cosines and of units.</param>
    /// <param name="input">What the slots refer to.</param>
    /// <param name="output">Where the units go; must not be the input.</param>
    public CosineStep(IReadOnlyList<Placed<EmbeddedCosines>> parts, Operand input, Operand output)
    {
        _input = input;
        _output = output;
        _frequencies = parts[0].Part.Frequency.Length;
        _units = parts[0].Part.Width;
        _slots = [.. parts.Select(placed => placed.Part.Slot)];
        _columns = [.. parts.Select(placed => placed.Column)];

        int padded = (parts.Count + TVector.Count - 1) / TVector.Count * TVector.Count;
        _frequency = new AlignedArray(checked(padded * _frequencies));
        _phase = new AlignedArray(padded * _frequencies);
        _weight = new AlignedArray(checked(padded * _units * _frequencies));
        _bias = new AlignedArray(padded * _units);
        for (int i = 0; i < parts.Count; i++)
        {
            var part = parts[i].Part;
            Spread(part.Frequency.Span, _frequency.Span, i);
            Spread(part.Phase.Span, _phase.Span, i);
            Spread(part.Bias, _bias.Span, i);
            for (int unit = 0; unit < _units; unit++)
                Spread(part.Weights[unit].Span, _weight.Span[(unit * _frequencies * TVector.Count)..], i, _units);
        }
    }

    /// <inheritdoc/>
    [SkipLocalsInit]
    public override void Run(in Frame frame)
    {
        int size = (_frequencies + _units) * TVector.Count;
        float[]? rented = size > MaximumOnStack ? ArrayPool<float>.Shared.Rent(size) : null;
        Span<float> space = rented ?? stackalloc float[MaximumOnStack];
        ref float cosines = ref MemoryMarshal.GetReference(space);
        ref float units = ref Unsafe.Add(ref cosines, _frequencies * TVector.Count);
        ref float x = ref Unsafe.AsRef(in frame.Read(_input, out nuint inputStride));
        ref float y = ref frame.Write(_output, out nuint outputStride);
        for (int row = 0; row < frame.Rows; row++)
        {
            for (int first = 0; first < _slots.Length; first += TVector.Count)
            {
                int lanes = Math.Min(TVector.Count, _slots.Length - first);
                for (int lane = 0; lane < lanes; lane++)
                    Unsafe.Add(ref units, lane) = Unsafe.Add(ref x, _slots[first + lane]);
                ComputeCosines(TVector.Load(in units, 0), first, ref cosines);
                ComputeUnits(in cosines, first, ref units);
                for (int lane = 0; lane < lanes; lane++)
                {
                    ref float target = ref Unsafe.Add(ref y, _columns[first + lane]);
                    for (int unit = 0; unit < _units; unit++)
                        Unsafe.Add(ref target, unit) = Unsafe.Add(ref units, (unit * TVector.Count) + lane);
                }
            }

            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }

        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
    }

    public override string ToString() => $"Cosines({_slots.Length} x {_frequencies} -> {_units})";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeCosines(TVector x, int first, ref float cosines)
    {
        ref float frequency = ref Unsafe.Add(ref _frequency.Reference, first * _frequencies);
        ref float phase = ref Unsafe.Add(ref _phase.Reference, first * _frequencies);
        nuint end = (nuint)(_frequencies * TVector.Count);
        for (nuint k = 0; k < end; k += (nuint)TVector.Count)
            VectorMath.CosineOfTurns(TVector.MultiplyAdd(x, TVector.Load(in frequency, k), TVector.Load(in phase, k))).Store(ref cosines, k);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeUnits(ref readonly float cosines, int first, ref float units)
    {
        nuint count = (nuint)TVector.Count, end = (nuint)_frequencies * count;
        ref float weights = ref Unsafe.Add(ref _weight.Reference, first * _frequencies * _units);
        ref float bias = ref Unsafe.Add(ref _bias.Reference, first * _units);
        int unit = 0;
        for (; unit + 2 <= _units; unit += 2)
        {
            // Two sums at a time, to hide the latency of an addition.
            ref float next = ref Unsafe.Add(ref weights, end);
            var sum = TVector.Load(in bias, 0);
            var nextSum = TVector.Load(in bias, count);
            for (nuint k = 0; k < end; k += count)
            {
                var cosine = TVector.Load(in cosines, k);
                sum = TVector.MultiplyAdd(cosine, TVector.Load(in weights, k), sum);
                nextSum = TVector.MultiplyAdd(cosine, TVector.Load(in next, k), nextSum);
            }

            sum.Store(ref units, (nuint)unit * count);
            nextSum.Store(ref units, (nuint)(unit + 1) * count);
            weights = ref Unsafe.Add(ref next, end);
            bias = ref Unsafe.Add(ref bias, 2 * count);
        }

        if (unit < _units)
        {
            var sum = TVector.Load(in bias, 0);
            for (nuint k = 0; k < end; k += count)
                sum = TVector.MultiplyAdd(TVector.Load(in cosines, k), TVector.Load(in weights, k), sum);
            sum.Store(ref units, (nuint)unit * count);
        }
    }

    /// <summary>Writes a part's values into its lane; each chunk of lanes has <paramref name="rows"/> times as many values.</summary>
    private static void Spread(ReadOnlySpan<float> values, Span<float> lanes, int lane, int rows = 1)
    {
        int chunk = lane / TVector.Count * TVector.Count;
        for (int i = 0; i < values.Length; i++)
            lanes[(chunk * values.Length * rows) + (i * TVector.Count) + lane - chunk] = values[i];
    }
}
