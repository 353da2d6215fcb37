using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.Scale"/>, and the factors and bias of an ensemble's members: y = s x + b, ∂x = s ∂y, ∂s = the column sums of x ∂y,
/// ∂b those of ∂y.
/// </summary>
internal sealed unsafe class ScaleBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The columns summed up at a time.</summary>
    private const int PartColumns = 512;

    private readonly TrainedValues _scale;
    private readonly TrainedValues? _bias;
    private readonly AlignedArray _scales;
    private readonly AlignedArray _biases;

    /// <param name="scale">[width].</param>
    /// <param name="bias">[width]; null for none.</param>
    /// <param name="input">[rows, width].</param>
    /// <param name="output">[rows, width].</param>
    public ScaleBackpropagation(TrainedValues scale, TrainedValues? bias, Activations input, Activations output)
        : base(input, output)
    {
        _scale = scale;
        _bias = bias;
        _scales = new AlignedArray(input.Stride);
        _biases = new AlignedArray(input.Stride);
    }

    public override bool IsTrained => true;

    public override int PrepareParts => 1;

    public override int GradientParts => (Input.Width + PartColumns - 1) / PartColumns;

    public override void Prepare(int part)
    {
        new ReadOnlySpan<float>(_scale.Values, Input.Width).CopyTo(_scales.Span);
        if (_bias is { } bias)
            new ReadOnlySpan<float>(bias.Values, Input.Width).CopyTo(_biases.Span);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        ref float scales = ref _scales.Reference, biases = ref _biases.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var (scale, value) = (TVector.Load(in scales, i), TVector.Load(in x, i));
                (_bias is null ? scale * value : TVector.MultiplyAdd(scale, value, TVector.Load(in biases, i))).Store(ref y, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        ref float scales = ref _scales.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float outer = ref Output.Gradient[(long)row * Output.Stride];
            ref float inner = ref Input.Gradient[(long)row * Input.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var gradient = TVector.Load(in scales, i) * TVector.Load(in outer, i);
                (AddsToGradient ? TVector.Load(in inner, i) + gradient : gradient).Store(ref inner, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int first = part * PartColumns, count = Math.Min(PartColumns, Input.Width - first);
        float* products = stackalloc float[PartColumns];
        float* sums = stackalloc float[PartColumns];
        new Span<float>(products, PartColumns).Clear();
        new Span<float>(sums, PartColumns).Clear();
        for (int row = 0; row < rows; row++)
        {
            float* x = Input.Values + ((long)row * Input.Stride) + first;
            float* outer = Output.Gradient + ((long)row * Output.Stride) + first;
            for (int i = 0; i < count; i += TVector.Count)
            {
                // Whole vectors; whatever is past the last column is dropped.
                var gradient = TVector.Load(in outer[i], 0);
                TVector.MultiplyAdd(TVector.Load(in x[i], 0), gradient, TVector.Load(in products[i], 0)).Store(ref products[i], 0);
                if (_bias is not null)
                    (TVector.Load(in sums[i], 0) + gradient).Store(ref sums[i], 0);
            }
        }

        AddBackpropagation.Move(products, _scale.Gradient + first, count, adds);
        if (_bias is { } bias)
            AddBackpropagation.Move(sums, bias.Gradient + first, count, adds);
    }
}
