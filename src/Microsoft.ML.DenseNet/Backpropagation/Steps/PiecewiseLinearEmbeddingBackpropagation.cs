using System.Buffers;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.PiecewiseLinearEmbedding"/>: with p = min(max((x − start) scale, 0), 1) and e = V p, the sum over rows
/// ∂V = Σ∂e pᵀ, and ∂x = Σ (Vᵀ∂e) scale over the bins in which x lies. A lane is a row.
/// </summary>
internal sealed unsafe class PiecewiseLinearEmbeddingBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Inputs whose weights' gradient is one part.</summary>
    private const int PartInputs = 4;

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
        : base(input, output)
    {
        _bins = layer.Bins;
        _units = layer.Width;
        _weight = weight;
        _start = start;
        _scale = scale;
    }

    public override bool IsTrained => true;

    public override int GradientParts => (Input.Width + PartInputs - 1) / PartInputs;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        int lanes = TVector.Count;
        Span<float> column = stackalloc float[lanes];
        Span<float> sums = stackalloc float[_units * lanes];
        for (int start = first; start < first + rows; start += lanes)
        {
            int count = Math.Min(lanes, first + rows - start);
            for (int i = 0; i < Input.Width; i++)
            {
                for (int row = 0; row < count; row++)
                    column[row] = Input.Values[((long)(start + row) * Input.Stride) + i];
                var x = TVector.Load(in column[0], 0);
                sums.Clear();
                for (int bin = 0; bin < _bins; bin++)
                {
                    var place = Place(x, i, bin);
                    for (int unit = 0; unit < _units; unit++)
                        TVector.MultiplyAdd(place, Weight(i, unit, bin), TVector.Load(in sums[0], (nuint)(unit * lanes))).Store(ref sums[0], (nuint)(unit * lanes));
                }

                float* target = Output.Values + ((long)start * Output.Stride) + (i * _units);
                for (int row = 0; row < count; row++)
                {
                    for (int unit = 0; unit < _units; unit++)
                        target[((long)row * Output.Stride) + unit] = sums[(unit * lanes) + row];
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

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int padded = (rows + TVector.Count - 1) / TVector.Count * TVector.Count;
        float[] rented = ArrayPool<float>.Shared.Rent((_units + 2) * padded);
        for (int i = part * PartInputs; i < Math.Min((part + 1) * PartInputs, Input.Width); i++)
            ComputeParameterGradient(i, rows, padded, rented, adds);
        ArrayPool<float>.Shared.Return(rented);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeParameterGradient(int i, int rows, int padded, float[] scratch, bool adds)
    {
        var x = scratch.AsSpan(0, padded);
        var places = scratch.AsSpan(padded, padded);
        var gradients = scratch.AsSpan(2 * padded, _units * padded);
        x[rows..].Clear();
        for (int row = 0; row < rows; row++)
        {
            x[row] = Input.Values[((long)row * Input.Stride) + i];
            float* source = Output.Gradient + ((long)row * Output.Stride) + (i * _units);
            for (int unit = 0; unit < _units; unit++)
                gradients[(unit * padded) + row] = source[unit];
        }

        for (int unit = 0; unit < _units; unit++)
            gradients.Slice((unit * padded) + rows, padded - rows).Clear();

        for (int bin = 0; bin < _bins; bin++)
        {
            for (int row = 0; row < padded; row += TVector.Count)
                Place(TVector.Load(in x[row], 0), i, bin).Store(ref places[row], 0);
            for (int unit = 0; unit < _units; unit++)
            {
                float* target = _weight.Gradient + (((((long)i * _units) + unit) * _bins) + bin);
                *target = (adds ? *target : 0) + DotKernel.Dot<TVector>(in gradients[unit * padded], in places[0], padded);
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Weight(int i, int unit, int bin) => TVector.Create(_weight.Values[(((i * _units) + unit) * _bins) + bin]);
}
