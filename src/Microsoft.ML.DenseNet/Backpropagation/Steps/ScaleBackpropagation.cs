using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Scale"/>: y = w x, ∂x = w ∂y, ∂w = the column sums of x ∂y.</summary>
/// <param name="weight">[width].</param>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, width].</param>
internal sealed unsafe class ScaleBackpropagation<TVector>(TrainedValues weight, Activations input, Activations output) : BackpropagationStep(input, output)
    where TVector : struct, ISimdVector<TVector>
{
    private readonly AlignedArray _weights = new(input.Stride);

    public override bool IsTrained => true;

    public override int PrepareParts => 1;

    public override int GradientParts => 1;

    public override void Prepare(int part) => new ReadOnlySpan<float>(weight.Values, Input.Width).CopyTo(_weights.Span);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        ref float weights = ref _weights.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
                (TVector.Load(in weights, i) * TVector.Load(in x, i)).Store(ref y, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        ref float weights = ref _weights.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float outer = ref Output.Gradient[(long)row * Output.Stride];
            ref float inner = ref Input.Gradient[(long)row * Input.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var gradient = TVector.Load(in weights, i) * TVector.Load(in outer, i);
                (AddsToGradient ? TVector.Load(in inner, i) + gradient : gradient).Store(ref inner, i);
            }
        }
    }

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int lanes = TVector.Count;
        Span<float> sums = stackalloc float[lanes];
        for (int column = 0; column < Input.Width; column += lanes)
        {
            TVector total = default;
            for (int row = 0; row < rows; row++)
            {
                var x = TVector.Load(in Input.Values[((long)row * Input.Stride) + column], 0);
                total = TVector.MultiplyAdd(x, TVector.Load(in Output.Gradient[((long)row * Output.Stride) + column], 0), total);
            }

            total.Store(ref sums[0], 0);
            for (int i = 0; i < Math.Min(lanes, Input.Width - column); i++)
                weight.Gradient[column + i] = (adds ? weight.Gradient[column + i] : 0) + sums[i];
        }
    }
}
