using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>An activation: y = f(x), ∂x = ∂y f′(x).</summary>
internal sealed unsafe class ElementwiseBackpropagation<TVector, TFunction>(TFunction function, Activations input, Activations output) : BackpropagationStep(input, output)
    where TVector : struct, ISimdVector<TVector>
    where TFunction : struct, IDifferentiable<TVector>
{
    public override bool WorksInPlace => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        var f = function;
        nuint width = (nuint)Input.Width;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            for (nuint i = 0; i < width; i += (nuint)TVector.Count)
                f.Invoke(TVector.Load(in x, i), i).Store(ref y, i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        var f = function;
        nuint width = (nuint)Input.Width;
        bool adds = AddsToGradient;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            ref float outer = ref Output.Gradient[(long)row * Output.Stride];
            ref float inner = ref Input.Gradient[(long)row * Input.Stride];
            for (nuint i = 0; i < width; i += (nuint)TVector.Count)
            {
                var gradient = TVector.Load(in outer, i) * f.Derivative(TVector.Load(in x, i), TVector.Load(in y, i));
                (adds ? TVector.Load(in inner, i) + gradient : gradient).Store(ref inner, i);
            }
        }
    }
}
