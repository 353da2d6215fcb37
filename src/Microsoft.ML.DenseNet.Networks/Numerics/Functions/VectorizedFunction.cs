using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary><see cref="ElementwiseFunction"/> for one function and one vector width, with the function compiled into the loop.</summary>
internal class VectorizedFunction<TVector, TFunction>(TFunction function, string name) : ElementwiseFunction
    where TVector : struct, ISimdVector<TVector>
    where TFunction : struct, IElementwise<TVector>
{
    private readonly TFunction _function = function;

    protected TFunction Function => _function;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Apply(
        ref readonly float source, nuint sourceStride, ref float destination, nuint destinationStride, int rows, int columns, int firstColumn)
    {
        var f = _function;
        nuint lanes = (nuint)TVector.Count;
        nuint whole = (nuint)columns / lanes * lanes;
        int rest = columns - (int)whole;
        ref float x = ref Unsafe.AsRef(in source);
        ref float y = ref destination;
        for (int row = 0; row < rows; row++)
        {
            for (nuint i = 0; i < whole; i += lanes)
                f.Invoke(TVector.Load(in x, i), (nuint)firstColumn + i).Store(ref y, i);

            if (rest > 0)
            {
                TVector last = default;
                MemoryMarshal.CreateReadOnlySpan(in Unsafe.Add(ref x, whole), rest).CopyTo(MemoryMarshal.Cast<TVector, float>(new Span<TVector>(ref last)));
                f.Invoke(last, (nuint)firstColumn + whole).Store(ref y, whole);
            }

            x = ref Unsafe.Add(ref x, sourceStride);
            y = ref Unsafe.Add(ref y, destinationStride);
        }
    }

    /// <inheritdoc/>
    public override float Apply(float x, int column) => _function.Invoke(TVector.Create(x), (nuint)column).First;

    /// <inheritdoc/>
    public override bool IsIdentity(int column) => _function is StandardizeFunction<TVector> standardize && standardize.IsIdentity(column);

    public override string ToString() => name;
}
