using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.PiecewiseLinearEmbedding"/>: with p = min(max((x − start) scale, 0), 1) and e = V p, the sum over rows
/// ∂V = Σ∂e pᵀ, and ∂x = Σ (Vᵀ∂e) scale over the bins that contain x. A lane is a row.
/// </summary>
internal sealed unsafe class PiecewiseLinearEmbeddingBackpropagation<TVector> : EmbeddingBackpropagation
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The number of units whose sums are kept in registers together.</summary>
    private const int UnitsAtOnce = 4;

    private readonly int _bins;
    private readonly int _units;
    private readonly TrainedValues _weight;
    private readonly float* _start;
    private readonly float* _scale;

    /// <param name="layer">The layer.</param>
    /// <param name="weight">[inputs, width, bins].</param>
    /// <param name="start">[inputs, bins].</param>
    /// <param name="scale">[inputs, bins].</param>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="output">[rows, inputs · width].</param>
    public PiecewiseLinearEmbeddingBackpropagation(PiecewiseLinearEmbeddingLayer layer, TrainedValues weight, float* start, float* scale, Activations input, Activations output)
        : base(TVector.Count, layer.Width, input, output)
    {
        _bins = layer.Bins;
        _units = layer.Width;
        _weight = weight;
        _start = start;
        _scale = scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        int lanes = TVector.Count;
        Span<float> column = stackalloc float[lanes];
        Span<float> sums = stackalloc float[UnitsAtOnce * lanes];
        ref float sum = ref sums[0];
        for (int start = first; start < first + rows; start += lanes)
        {
            int count = Math.Min(lanes, first + rows - start);
            for (int i = 0; i < Input.Width; i++)
            {
                for (int row = 0; row < count; row++)
                    column[row] = Input.Values[((long)(start + row) * Input.Stride) + i];
                var x = TVector.Load(in column[0], 0);
                for (int unit = 0; unit < _units; unit += UnitsAtOnce)
                {
                    // Past the last unit, its weights are read again and the sums dropped.
                    int last = _units - 1 - unit;
                    float* w0 = WeightsOf(i, unit), w1 = w0 + (_bins * Math.Min(1, last)), w2 = w0 + (_bins * Math.Min(2, last)), w3 = w0 + (_bins * Math.Min(3, last));
                    TVector s0 = default, s1 = default, s2 = default, s3 = default;
                    for (int bin = 0; bin < _bins; bin++)
                    {
                        var place = Place(x, i, bin);
                        s0 = TVector.MultiplyAdd(place, TVector.Create(w0[bin]), s0);
                        s1 = TVector.MultiplyAdd(place, TVector.Create(w1[bin]), s1);
                        s2 = TVector.MultiplyAdd(place, TVector.Create(w2[bin]), s2);
                        s3 = TVector.MultiplyAdd(place, TVector.Create(w3[bin]), s3);
                    }

                    s0.Store(ref sum, 0);
                    s1.Store(ref sum, (nuint)lanes);
                    s2.Store(ref sum, (nuint)(2 * lanes));
                    s3.Store(ref sum, (nuint)(3 * lanes));
                    float* target = Output.Values + ((long)start * Output.Stride) + (i * _units) + unit;
                    for (int row = 0; row < count; row++)
                    {
                        for (int j = 0; j <= Math.Min(last, UnitsAtOnce - 1); j++)
                            target[((long)row * Output.Stride) + j] = sums[(j * lanes) + row];
                    }
                }
            }
        }
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride);
            float* outer = Output.Gradient + ((long)row * Output.Stride);
            float* inner = Input.Gradient + ((long)row * Input.Stride);
            for (int i = 0; i < Input.Width; i++)
            {
                float sum = AddsToGradient ? inner[i] : 0;
                for (int bin = 0; bin < _bins; bin++)
                {
                    float scale = _scale[(i * _bins) + bin];
                    float place = (x[i] - _start[(i * _bins) + bin]) * scale;
                    if (place is < 0 or > 1)
                        continue;
                    for (int unit = 0; unit < _units; unit++)
                        sum += outer[(i * _units) + unit] * scale * _weight.Values[(((i * _units) + unit) * _bins) + bin];
                }

                inner[i] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ComputeInputGradient(int i, int padded, Span<float> x, Span<float> gradients, Span<float> scratch, bool adds)
    {
        Span<float> sums = stackalloc float[UnitsAtOnce * TVector.Count];
        for (int unit = 0; unit < _units; unit += UnitsAtOnce)
        {
            int last = _units - 1 - unit;
            ref float g0 = ref gradients[unit * padded];
            ref float g1 = ref gradients[(unit + Math.Min(1, last)) * padded];
            ref float g2 = ref gradients[(unit + Math.Min(2, last)) * padded];
            ref float g3 = ref gradients[(unit + Math.Min(3, last)) * padded];
            for (int bin = 0; bin < _bins; bin++)
            {
                TVector s0 = default, s1 = default, s2 = default, s3 = default;
                for (nuint row = 0; row < (nuint)padded; row += (nuint)TVector.Count)
                {
                    var place = Place(TVector.Load(in x[0], row), i, bin);
                    s0 = TVector.MultiplyAdd(place, TVector.Load(in g0, row), s0);
                    s1 = TVector.MultiplyAdd(place, TVector.Load(in g1, row), s1);
                    s2 = TVector.MultiplyAdd(place, TVector.Load(in g2, row), s2);
                    s3 = TVector.MultiplyAdd(place, TVector.Load(in g3, row), s3);
                }

                s0.Store(ref sums[0], 0);
                s1.Store(ref sums[0], (nuint)TVector.Count);
                s2.Store(ref sums[0], (nuint)(2 * TVector.Count));
                s3.Store(ref sums[0], (nuint)(3 * TVector.Count));
                for (int j = 0; j <= Math.Min(last, UnitsAtOnce - 1); j++)
                {
                    float* target = _weight.Gradient + (((((long)i * _units) + unit + j) * _bins) + bin);
                    *target = (adds ? *target : 0) + TensorPrimitives.Sum<float>(sums.Slice(j * TVector.Count, TVector.Count));
                }
            }
        }
    }

    /// <summary>p for an input and a bin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Place(TVector x, int i, int bin)
    {
        var one = TVector.Create(1f);
        var place = (x - TVector.Create(_start[(i * _bins) + bin])) * TVector.Create(_scale[(i * _bins) + bin]);
        place = TVector.WhereLess(place, default, default, place);
        return TVector.WhereLess(one, place, one, place);
    }

    private float* WeightsOf(int i, int unit) => _weight.Values + ((((long)i * _units) + unit) * _bins);
}
