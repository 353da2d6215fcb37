namespace Microsoft.ML.DenseNet.Tests;

/// <summary>At least one layer of every kind, for tests that look at each.</summary>
internal static class LayerSamples
{
    /// <summary>An input width that every sample accepts.</summary>
    public const int Inputs = 6;

    /// <summary>All activations but <see cref="Layer.Exp"/>, which few values survive twice; with settings other than the default ones too.</summary>
    public static IReadOnlyList<Layer> Activations { get; } =
    [
        .. Enum.GetValues<ActivationFunction>().Where(function => function is not (ActivationFunction.Exp or ActivationFunction.Identity)).SelectMany(Of),
        Layer.Identity,
    ];

    /// <summary>Layers of every kind, with settings that are not the defaults.</summary>
    public static IReadOnlyList<Layer> All { get; } =
    [
        Layer.Linear(7), Layer.Linear(3, bias: false), Layer.EmbeddingBag(3),
        .. Activations, Layer.Exp, Layer.PReLU(), Layer.PReLU(perUnit: true, initialSlope: -0.1f),
        Layer.Dropout(0.35f), Layer.BatchNorm(1e-3f, 0.05f), Layer.LayerNorm(1e-3f),
        Layer.Standardize, Layer.RobustScale, Layer.Destandardize, new AscendingLayer(2), Layer.Scale,
        Layer.Select(new SlotRange(3, 2), new SlotRange(0, 1)), Layer.MissingIndicators(new SlotRange(3, 2), new SlotRange(0, 1)), Layer.PeriodicEmbedding(5, 3, 0.7f), Layer.PiecewiseLinearEmbedding(7, 2),
        new RepeatLayer(3), new EnsembleLinearLayer(2, 5, false, MemberScaling.Normal), new EnsembleLinearLayer(3, 4, true, MemberScaling.RandomSigns), new MemberLinearLayer(2, 3),
        .. Enum.GetValues<MeanKind>().Select(mean => new MemberMeanLayer(3, mean)),
        new ModuleLayer("mine", 3, new ModuleTensorList([new ModuleTensor("weight", [3, 2], true), new ModuleTensor("count", [], false)])),
        Layer.Sequential(), Layer.Sequential(Layer.Linear(3), Layer.ReLU),
        Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Sum(Layer.Linear(4)), Layer.Concat(Layer.Identity, Layer.Sequential(Layer.Linear(2))), Layer.Concat(Layer.Linear(2)),
        Layer.Residual(Layer.Sequential()), Layer.Residual(Layer.Linear(Inputs)),
    ];

    private static Layer[] Of(ActivationFunction function) => function switch
    {
        ActivationFunction.LeakyReLU => [Layer.LeakyReLU(), Layer.LeakyReLU(-0.3f)],
        ActivationFunction.ELU => [Layer.ELU(), Layer.ELU(0.4f)],
        ActivationFunction.Softplus => [Layer.Softplus(), Layer.Softplus(2f, 7f)],
        ActivationFunction.HardTanh => [Layer.HardTanh(), Layer.HardTanh(-0.2f, 1.7f)],
        _ => [new ActivationLayer(function)],
    };
}
