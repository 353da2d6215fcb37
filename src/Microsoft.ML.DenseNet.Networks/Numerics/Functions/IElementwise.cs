namespace Microsoft.ML.DenseNet;

/// <summary>A function of one value and its column. A new elementwise layer is a struct with this one method.</summary>
internal interface IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The results for <paramref name="x"/>, whose first lane is in <paramref name="column"/>.</summary>
    TVector Invoke(TVector x, nuint column);
}
