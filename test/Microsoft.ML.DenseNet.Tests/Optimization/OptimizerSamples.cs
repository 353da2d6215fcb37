namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Every optimizer with a fused form, for tests that look at each.</summary>
internal static class OptimizerSamples
{
    /// <summary>With default settings, and with others.</summary>
    public static IReadOnlyList<Optimizer> Fused { get; } =
    [
        Optimizers.SGD(), Optimizers.SGD(0.9), Optimizers.SGD(0.8, nesterov: true), Optimizers.Adam(), Optimizers.Adam(0.8, 0.95, 1e-6, amsgrad: true), Optimizers.AdamW(),
        Optimizers.Adagrad(), Optimizers.Adagrad(0.1, 0.5), Optimizers.RMSprop(), Optimizers.RMSprop(0.9, 1e-6, 0.5, centered: true), Optimizers.Adamax(), Optimizers.NAdam(0.8, 0.99, 1e-7, 0.01),
        Optimizers.RAdam(0.8, 0.99), Optimizers.Adadelta(), Optimizers.Rprop(0.4, 1.3, 1e-3, 0.1), Optimizers.ASGD(0.01, 0.5, 10), Optimizers.Muon(),
    ];
}
