using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Turns a user-defined torch module into a layer.</summary>
internal static class ModuleLayers
{
    /// <summary>Creates the module once, to inspect its tensors and its output, and registers it for this process.</summary>
    /// <param name="factory">Creates the module.</param>
    /// <param name="name">The name to register; null for the name of the module's type, which must not be one of TorchSharp's.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="outputs">The number of outputs the task needs.</param>
    /// <exception cref="InvalidOperationException">There is no module, its output does not fit the task, it has no name, or its values are not single precision.</exception>
    public static ModuleLayer Describe(ModuleFactory factory, string? name, int inputs, int outputs)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var module = DenseNetModules.Create(factory, inputs, seed: 0, name);
        name ??= NameOf(module);
        StorableText.Check(name, nameof(DenseNetOptions.ModuleName));
        CheckPrecision(module, name);
        module.eval();
        using var result = ModuleCall.Run(module, name, zeros(2, inputs));
        if (!result.shape.SequenceEqual([2L, outputs]))
            throw new InvalidOperationException($"Module '{name}' maps [2, {inputs}] to [{string.Join(", ", result.shape)}]; this task needs [2, {outputs}]. The module includes the output layer, and gives logits for classes.");
        DenseNetModules.Register(name, factory);
        return new ModuleLayer(name, outputs, DenseNetModules.Describe(module), DenseNetModules.StructureOf(module));
    }

    /// <summary>The type's name, if it identifies the module.</summary>
    private static string NameOf(nn.Module module)
    {
        var type = module.GetType();
        if (type.Assembly == typeof(torch).Assembly)
            throw new InvalidOperationException($"{nameof(DenseNetOptions.ModuleName)} is null, and {nameof(DenseNetOptions.Module)} makes a {type.Name}, a type that many modules have: set {nameof(DenseNetOptions.ModuleName)}, by which a saved model knows its module.");
        return type.Name;
    }

    private static void CheckPrecision(nn.Module module, string name)
    {
        foreach (var (parameterName, parameter) in module.named_parameters())
        {
            if (parameter.dtype != ScalarType.Float32)
                throw new InvalidOperationException($"Parameter '{parameterName}' of module '{name}' is {parameter.dtype}, but DenseNet trains in single precision: make it Float32, for example with module.to(torch.ScalarType.Float32).");
        }
    }
}
