using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.PeriodicEmbedding"/>: with t = x w + b, c = cos(2πt) and e = V c + d, ∂t = −2π sin(2πt) Vᵀ∂e, and the sums over
/// rows ∂b = Σ∂t, ∂w = Σx ∂t, ∂V = Σ∂e cᵀ, ∂d = Σ∂e. A lane is a row.
/// </summary>
internal sealed unsafe class PeriodicEmbeddingBackpropagation<TVector> : EmbeddingBackpropagation
    where TVector : struct, ISimdVector<TVector>
{
    private readonly int _frequencies;
    private readonly int _units;
    private readonly TrainedValues _frequency;
    private readonly TrainedValues _phase;
    private readonly TrainedValues _weight;
    private readonly TrainedValues _bias;

    /// <param name="layer">The layer.</param>
    /// <param name="parameters">[inputs, frequencies], [inputs, frequencies], [inputs, width − 1, frequencies] and [inputs, width − 1].</param>
    /// <param name="input">[rows, inputs].</param>
    /// <param name="output">[rows, inputs · width].</param>
    public PeriodicEmbeddingBackpropagation(PeriodicEmbeddingLayer layer, TrainedValues[] parameters, Activations input, Activations output)
        : base(TVector.Count, layer.Width - 1, input, output)
    {
        _frequencies = layer.Frequencies;
        _units = layer.Width - 1;
        (_frequency, _phase, _weight, _bias) = (parameters[0], parameters[1], parameters[2], parameters[3]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        int lanes = TVector.Count;
        Span<float> column = stackalloc float[lanes];
        Span<float> cosines = stackalloc float[_frequencies * lanes];
        for (int start = first; start < first + rows; start += lanes)
        {
            int count = Math.Min(lanes, first + rows - start);
            for (int i = 0; i < Input.Width; i++)
            {
                for (int row = 0; row < count; row++)
                    column[row] = Input.Values[((long)(start + row) * Input.Stride) + i];

                var x = TVector.Load(in column[0], 0);
                for (int f = 0; f < _frequencies; f++)
                    VectorMath.CosineOfTurns(Turns(x, i, f)).Store(ref cosines[0], (nuint)(f * lanes));

                float* target = Output.Values + ((long)start * Output.Stride) + (i * (_units + 1));
                for (int unit = 0; unit < _units; unit++)
                {
                    float* weights = _weight.Values + ((((long)i * _units) + unit) * _frequencies);
                    var sum = TVector.Create(_bias.Values[((long)i * _units) + unit]);
                    for (int f = 0; f < _frequencies; f++)
                        sum = TVector.MultiplyAdd(TVector.Create(weights[f]), TVector.Load(in cosines[0], (nuint)(f * lanes)), sum);
                    Scatter(sum, target + unit, count);
                }

                Scatter(x, target + _units, count);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        int lanes = TVector.Count;
        Span<float> column = stackalloc float[lanes];
        Span<float> gradients = stackalloc float[(_units + 1) * lanes];
        for (int start = first; start < first + rows; start += lanes)
        {
            int count = Math.Min(lanes, first + rows - start);
            for (int i = 0; i < Input.Width; i++)
            {
                for (int row = 0; row < count; row++)
                {
                    column[row] = Input.Values[((long)(start + row) * Input.Stride) + i];
                    for (int unit = 0; unit <= _units; unit++)
                        gradients[(unit * lanes) + row] = Output.Gradient[((long)(start + row) * Output.Stride) + (i * (_units + 1)) + unit];
                }

                var x = TVector.Load(in column[0], 0);
                var sum = TVector.Load(in gradients[0], (nuint)(_units * lanes));
                for (int f = 0; f < _frequencies; f++)
                {
                    var slope = SlopeOfTurns(x, ref gradients[0], lanes, i, f);
                    sum = TVector.MultiplyAdd(slope, TVector.Create(_frequency.Values[((long)i * _frequencies) + f]), sum);
                }

                sum.Store(ref column[0], 0);
                for (int row = 0; row < count; row++)
                {
                    ref float target = ref Input.Gradient[((long)(start + row) * Input.Stride) + i];
                    target = (AddsToGradient ? target : 0) + column[row];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ComputeInputGradient(int i, int padded, Span<float> x, Span<float> gradients, Span<float> cosines, bool adds)
    {
        int lanes = TVector.Count;
        for (int unit = 0; unit < _units; unit++)
            Put(_bias, ((long)i * _units) + unit, TensorPrimitives.Sum<float>(gradients.Slice(unit * padded, padded)), adds);

        Span<float> sums = stackalloc float[lanes];
        for (int f = 0; f < _frequencies; f++)
        {
            TVector ofPhase = default, ofFrequency = default;
            for (int row = 0; row < padded; row += lanes)
            {
                var value = TVector.Load(in x[row], 0);
                VectorMath.CosineOfTurns(Turns(value, i, f)).Store(ref cosines[row], 0);
                var slope = SlopeOfTurns(value, ref gradients[row], padded, i, f);
                ofPhase += slope;
                ofFrequency = TVector.MultiplyAdd(slope, value, ofFrequency);
            }

            Put(_phase, ((long)i * _frequencies) + f, Sum(ofPhase, sums), adds);
            Put(_frequency, ((long)i * _frequencies) + f, Sum(ofFrequency, sums), adds);
            for (int unit = 0; unit < _units; unit++)
            {
                ref float gradient = ref gradients[unit * padded];
                TVector ofWeight = default;
                for (nuint row = 0; row < (nuint)padded; row += (nuint)lanes)
                    ofWeight = TVector.MultiplyAdd(TVector.Load(in gradient, row), TVector.Load(in cosines[0], row), ofWeight);
                Put(_weight, ((((long)i * _units) + unit) * _frequencies) + f, Sum(ofWeight, sums), adds);
            }
        }
    }

    private static float Sum(TVector values, Span<float> lanes)
    {
        values.Store(ref lanes[0], 0);
        return TensorPrimitives.Sum<float>(lanes);
    }

    /// <summary>t for an input and a frequency.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector Turns(TVector x, int i, int f)
    {
        long place = ((long)i * _frequencies) + f;
        return TVector.MultiplyAdd(x, TVector.Create(_frequency.Values[place]), TVector.Create(_phase.Values[place]));
    }

    /// <summary>∂t, given the units' ∂e, each <paramref name="stride"/> after the one before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TVector SlopeOfTurns(TVector x, ref float gradients, int stride, int i, int f)
    {
        TVector sum = default;
        for (int unit = 0; unit < _units; unit++)
        {
            var weight = TVector.Create(_weight.Values[((((long)i * _units) + unit) * _frequencies) + f]);
            sum = TVector.MultiplyAdd(weight, TVector.Load(in gradients, (nuint)(unit * stride)), sum);
        }

        var sine = VectorMath.CosineOfTurns(Turns(x, i, f) - TVector.Create(0.25f));
        return sum * (TVector.Create(-2 * MathF.PI) * sine);
    }

    private void Scatter(TVector values, float* target, int count)
    {
        Span<float> lanes = stackalloc float[TVector.Count];
        values.Store(ref lanes[0], 0);
        for (int row = 0; row < count; row++)
            target[(long)row * Output.Stride] = lanes[row];
    }

    private static void Put(TrainedValues target, long place, float value, bool adds) =>
        target.Gradient[place] = (adds ? target.Gradient[place] : 0) + value;
}
