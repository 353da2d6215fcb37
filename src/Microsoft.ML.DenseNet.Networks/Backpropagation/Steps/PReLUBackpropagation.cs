using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.PReLU"/>: ∂x = ∂y where x is above 0, else a ∂y; ∂a = the sum of ∂y min(x, 0).</summary>
/// <param name="slope">[units] or [1].</param>
/// <param name="isPerUnit">Whether each unit has its own slope.</param>
/// <param name="input">[rows, units].</param>
/// <param name="output">[rows, units].</param>
internal sealed unsafe class PReLUBackpropagation<TVector>(TrainedValues slope, bool isPerUnit, Activations input, Activations output) : BackpropagationStep(input, output)
    where TVector : struct, ISimdVector<TVector>
{
    private readonly AlignedArray _slopes = new(input.Stride);

    public override bool IsTrained => true;

    public override int PrepareParts => 1;

    public override int GradientParts => 1;

    public override void Prepare(int part)
    {
        var slopes = _slopes.Span[..Input.Width];
        if (isPerUnit)
            new ReadOnlySpan<float>(slope.Values, Input.Width).CopyTo(slopes);
        else
            slopes.Fill(*slope.Values);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        ref float slopes = ref _slopes.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var value = TVector.Load(in x, i);
                TVector.WhereLess(value, default, TVector.Load(in slopes, i) * value, value).Store(ref y, i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        ref float slopes = ref _slopes.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float outer = ref Output.Gradient[(long)row * Output.Stride];
            ref float inner = ref Input.Gradient[(long)row * Input.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var gradient = TVector.Load(in outer, i);
                gradient = TVector.WhereLess(default, TVector.Load(in x, i), gradient, TVector.Load(in slopes, i) * gradient);
                (AddsToGradient ? TVector.Load(in inner, i) + gradient : gradient).Store(ref inner, i);
            }
        }
    }

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int lanes = TVector.Count;
        Span<float> sums = stackalloc float[lanes];
        double shared = 0;
        for (int unit = 0; unit < Input.Width; unit += lanes)
        {
            TVector total = default;
            for (int row = 0; row < rows; row++)
            {
                var x = TVector.Load(in Input.Values[((long)row * Input.Stride) + unit], 0);
                var gradient = TVector.Load(in Output.Gradient[((long)row * Output.Stride) + unit], 0);
                total = TVector.MultiplyAdd(TVector.WhereLess(x, default, x, default), gradient, total);
            }

            total.Store(ref sums[0], 0);
            for (int i = 0; i < Math.Min(lanes, Input.Width - unit); i++)
            {
                if (isPerUnit)
                    slope.Gradient[unit + i] = (adds ? slope.Gradient[unit + i] : 0) + sums[i];
                shared += sums[i];
            }
        }

        if (!isPerUnit)
            *slope.Gradient = (adds ? *slope.Gradient : 0) + (float)shared;
    }
}
