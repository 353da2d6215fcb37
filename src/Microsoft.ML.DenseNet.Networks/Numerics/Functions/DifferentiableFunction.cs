using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary><see cref="VectorizedFunction{TVector, TFunction}"/> with a backward pass.</summary>
internal sealed class DifferentiableFunction<TVector, TFunction>(TFunction function, string name) : VectorizedFunction<TVector, TFunction>(function, name), IDerivative
    where TVector : struct, ISimdVector<TVector>
    where TFunction : struct, IDifferentiable<TVector>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Backward(ref readonly float x, ref readonly float y, ref readonly float outer, ref float inner, nuint stride, int rows, int columns, bool adds)
    {
        var f = Function;
        nuint width = (nuint)columns;
        ref float inputs = ref Unsafe.AsRef(in x);
        ref float results = ref Unsafe.AsRef(in y);
        ref float from = ref Unsafe.AsRef(in outer);
        ref float to = ref inner;
        for (int row = 0; row < rows; row++)
        {
            for (nuint i = 0; i < width; i += (nuint)TVector.Count)
            {
                var gradient = TVector.Load(in from, i) * f.Derivative(TVector.Load(in inputs, i), TVector.Load(in results, i));
                (adds ? TVector.Load(in to, i) + gradient : gradient).Store(ref to, i);
            }

            inputs = ref Unsafe.Add(ref inputs, stride);
            results = ref Unsafe.Add(ref results, stride);
            from = ref Unsafe.Add(ref from, stride);
            to = ref Unsafe.Add(ref to, stride);
        }
    }
}
