using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.EmbeddingBag"/>, as a network's first layer over rows without their zeros: each value adds its slot's row of
/// weights, scaled, and the gradient touches the same rows. Those are kept apart if the optimizer updates only touched rows; otherwise
/// the gradient of the others is written out as 0.
/// </summary>
internal sealed unsafe class SparseEmbeddingBagBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>How many values ahead to prefetch rows of weights.</summary>
    private const int ValuesAhead = 12;

    private readonly SlotIndex _index;
    private readonly int _slots;
    private readonly int _units;
    private readonly int _roomySlots;
    private readonly TrainedValues _weight;
    private readonly TrainedValues _bias;
    private readonly RowGradient? _rowGradient;
    private readonly AlignedArray _paddedBias;

    /// <param name="index">The batch.</param>
    /// <param name="slots">The width of its rows.</param>
    /// <param name="input">Has width 0.</param>
    /// <param name="output">[rows, units].</param>
    /// <param name="weight">[slots, units].</param>
    /// <param name="bias">[units].</param>
    /// <param name="rowGradient">Receives the gradient of the touched rows of weights; null to write out all rows.</param>
    public SparseEmbeddingBagBackpropagation(SlotIndex index, int slots, Activations input, Activations output, TrainedValues weight, TrainedValues bias, RowGradient? rowGradient)
        : base(input, output)
    {
        _index = index;
        _slots = slots;
        _units = output.Width;
        _weight = weight;
        _bias = bias;
        _rowGradient = rowGradient;
        _paddedBias = new AlignedArray(output.Stride);

        // Whole vectors are read, which may extend into the next rows, but not past the last one.
        int padded = (_units + TVector.Count - 1) / TVector.Count * TVector.Count;
        _roomySlots = Math.Max(0, slots - ((padded - _units + _units - 1) / _units));
    }

    public override bool IsTrained => true;

    public override int PrepareParts => 1;

    /// <summary>One for each range of slots, and one for the bias.</summary>
    public override int GradientParts => _index.Ranges + 1;

    public override void Prepare(int part) => new ReadOnlySpan<float>(_bias.Values, _units).CopyTo(_paddedBias.Span);

    public override void BeginGradient() => _rowGradient?.Begin(_index.Touched, _index.TouchedCount);

    public override void Forward(int first, int rows, in Pass pass)
    {
        var batch = _index.Part;
        for (int row = first; row < first + rows; row++)
        {
            float* y = Output.Values + ((long)row * Output.Stride);
            if (!batch.IsSparse)
            {
                ForwardDense(batch.Features(row), y);
                continue;
            }

            batch.SparseFeatures(row, out var slots, out var values);
            if (_units == 1)
                *y = Dot(slots, values) + *_bias.Values;
            else
                Forward(slots, values, y);
        }
    }

    public override void Backward(int first, int rows, in Pass pass) => throw new InvalidOperationException("Features have no gradient.");

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        if (part == _index.Ranges)
        {
            SumRows(rows, adds);
            return;
        }

        float* gradient = Clear(part, adds);
        int* place = _rowGradient is null ? null : _index.PlaceOfSlot;
        for (int row = 0; row < rows; row++)
        {
            float* y = Output.Gradient + ((long)row * Output.Stride);
            _index.Values(_index.FirstRow + row, part, out var slots, out var values);
            if (_units == 1)
            {
                for (int i = 0; i < slots.Length; i++)
                    gradient[place is null ? slots[i] : place[slots[i]]] += values[i] * *y;
                continue;
            }

            for (int i = 0; i < slots.Length; i++)
                AddProduct(values[i], y, gradient + ((long)(place is null ? slots[i] : place[slots[i]]) * _units), _units);
        }
    }

    /// <summary>Returns where the rows of the gradient are, with those of a range cleared.</summary>
    private float* Clear(int range, bool adds)
    {
        float* gradient = _rowGradient is null ? _weight.Gradient : _rowGradient.Pointer;
        if (!adds)
        {
            var (first, count) = _rowGradient is null ? _index.Slots(range) : _index.TouchedOf(range);
            new Span<float>(gradient + ((long)first * _units), count * _units).Clear();
        }

        return gradient;
    }

    private float Dot(ReadOnlySpan<int> slots, ReadOnlySpan<float> values)
    {
        // Four sums, so that an addition need not wait for the previous one.
        float* weight = _weight.Values;
        float a = 0, b = 0, c = 0, d = 0;
        ref int slot = ref MemoryMarshal.GetReference(slots);
        ref float value = ref MemoryMarshal.GetReference(values);
        int i = 0;
        for (; i + 4 <= slots.Length; i += 4)
        {
            a += Unsafe.Add(ref value, i) * weight[Unsafe.Add(ref slot, i)];
            b += Unsafe.Add(ref value, i + 1) * weight[Unsafe.Add(ref slot, i + 1)];
            c += Unsafe.Add(ref value, i + 2) * weight[Unsafe.Add(ref slot, i + 2)];
            d += Unsafe.Add(ref value, i + 3) * weight[Unsafe.Add(ref slot, i + 3)];
        }

        for (; i < slots.Length; i++)
            a += values[i] * weight[slots[i]];
        return a + b + (c + d);
    }

    private void Forward(ReadOnlySpan<int> slots, ReadOnlySpan<float> values, float* y)
    {
        int roomy = slots.Length;
        while (roomy > 0 && slots[roomy - 1] >= _roomySlots)
            roomy--;
        int lanes = TVector.Count;
        int unit = 0;
        ref int slot = ref MemoryMarshal.GetReference(slots);
        ref float value = ref MemoryMarshal.GetReference(values);
        for (; unit + (4 * lanes) <= _units; unit += 4 * lanes)
        {
            TVector a = Bias(unit), b = Bias(unit + lanes), c = Bias(unit + (2 * lanes)), d = Bias(unit + (3 * lanes));
            for (int i = 0; i < roomy; i++)
            {
                ref float weight = ref _weight.Values[((long)Unsafe.Add(ref slot, i) * _units) + unit];
                var factor = TVector.Create(Unsafe.Add(ref value, i));
                a = TVector.MultiplyAdd(factor, TVector.Load(in weight, 0), a);
                b = TVector.MultiplyAdd(factor, TVector.Load(in weight, (nuint)lanes), b);
                c = TVector.MultiplyAdd(factor, TVector.Load(in weight, (nuint)(2 * lanes)), c);
                d = TVector.MultiplyAdd(factor, TVector.Load(in weight, (nuint)(3 * lanes)), d);
            }

            a.Store(ref y[unit], 0);
            b.Store(ref y[unit], (nuint)lanes);
            c.Store(ref y[unit], (nuint)(2 * lanes));
            d.Store(ref y[unit], (nuint)(3 * lanes));
        }

        for (; unit < _units; unit += lanes)
        {
            var sum = Bias(unit);
            for (int i = 0; i < roomy; i++)
            {
                if (Sse.IsSupported && i + ValuesAhead < roomy)
                    Sse.Prefetch0(_weight.Values + ((long)Unsafe.Add(ref slot, i + ValuesAhead) * _units) + unit);
                sum = TVector.MultiplyAdd(TVector.Create(Unsafe.Add(ref value, i)), TVector.Load(in _weight.Values[((long)Unsafe.Add(ref slot, i) * _units) + unit], 0), sum);
            }

            sum.Store(ref y[unit], 0);
        }

        for (int i = roomy; i < slots.Length; i++)
            AddProduct(values[i], _weight.Values + ((long)slots[i] * _units), y, _units);
    }

    /// <summary>Handles a dense row among sparse ones; a separate validation set may have some.</summary>
    private void ForwardDense(ReadOnlySpan<float> features, float* y)
    {
        _paddedBias.Span[.._units].CopyTo(new Span<float>(y, _units));
        for (int slot = 0; slot < _slots; slot++)
        {
            if (features[slot] != 0)
                AddProduct(features[slot], _weight.Values + ((long)slot * _units), y, _units);
        }
    }

    /// <summary>Computes the gradient of the bias: the sum over the rows.</summary>
    private void SumRows(int rows, bool adds)
    {
        var target = new Span<float>(_bias.Gradient, _units);
        if (!adds)
            target.Clear();
        for (int row = 0; row < rows; row++)
            AddProduct(1, Output.Gradient + ((long)row * Output.Stride), _bias.Gradient, _units);
    }

    private TVector Bias(int unit) => TVector.Load(in _paddedBias.Reference, (nuint)unit);

    /// <summary>target += value · source. Each sum is rounded the same way whichever vector width computes it.</summary>
    private static void AddProduct(float value, float* source, float* target, int count)
    {
        int i = AddProduct<TVector>(value, source, target, 0, count);
        if (TVector.Count > SimdVector128.Count)
            i = AddProduct<SimdVector128>(value, source, target, i, count);
        AddProduct<ScalarVector>(value, source, target, i, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AddProduct<T>(float value, float* source, float* target, int i, int count)
        where T : struct, ISimdVector<T>
    {
        var factor = T.Create(value);
        for (; i + T.Count <= count; i += T.Count)
            T.MultiplyAdd(factor, T.Load(in source[i], 0), T.Load(in target[i], 0)).Store(ref target[i], 0);
        return i;
    }
}
