namespace Microsoft.ML.DenseNet;

/// <summary>An elementwise function with its derivative; at a kink, the one-sided derivative that PyTorch uses.</summary>
internal interface IDifferentiable<TVector> : IElementwise<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The derivative at <paramref name="x"/>, where the function is <paramref name="y"/>.</summary>
    TVector Derivative(TVector x, TVector y);
}
