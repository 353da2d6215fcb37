using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Turns a torch module of the user's own into a layer.</summary>
internal static class ModuleLayers
{
    /// <summary>Makes the module once, to see its tensors and its output, and registers it for this process.</summary>
    /// <param name="factory">Makes the module.</param>
    /// <param name="name">The name to register; null for that of the module's type.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="outputs">The number of outputs that the task needs.</param>
    /// <exception cref="InvalidOperationException">The module's output does not fit the task.</exception>
    public static ModuleLayer Describe(ModuleFactory factory, string? name, int inputs, int outputs)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var module = DenseNetModules.Create(factory, inputs, seed: 0);
        name ??= module.GetType().Name;
        module.eval();
        using var result = module.call(zeros(2, inputs));
        if (!result.shape.SequenceEqual([2L, outputs]))
            throw new InvalidOperationException($"Module '{name}' maps [2, {inputs}] to [{string.Join(", ", result.shape)}]; this task needs [2, {outputs}]. The module includes the output layer, and gives logits for classes.");
        DenseNetModules.Register(name, factory);
        return new ModuleLayer(name, outputs, DenseNetModules.Describe(module));
    }
}
