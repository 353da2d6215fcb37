using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The torch modules of the user's own that models may hold. A model is saved with the module's name and values, not its code: an
/// application that predicts with such a model registers the name first, and needs libtorch.
/// </summary>
public static class DenseNetModules
{
    private static readonly ConcurrentDictionary<string, ModuleFactory> Factories = new(StringComparer.Ordinal);

    /// <summary>Says how a module is made. A name that is registered already gets the new factory.</summary>
    /// <param name="name">The name that models know it by.</param>
    /// <param name="factory">Makes the module; it must give the same tensors for the same number of inputs each time.</param>
    /// <exception cref="ArgumentException">The arguments do not fit together, or a text is empty; the message says which.</exception>
    public static void Register(string name, ModuleFactory factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        StorableText.Check(name, nameof(name));
        Factories[name] = factory;
    }

    /// <summary>Makes the module of a layer; its initial values follow from <paramref name="seed"/>.</summary>
    /// <exception cref="InvalidOperationException">The name is not registered, or the module is not the one that was saved.</exception>
    internal static nn.Module<Tensor, Tensor> Create(ModuleLayer layer, int inputs, int seed)
    {
        if (!Factories.TryGetValue(layer.Name, out var factory))
            throw new InvalidOperationException($"The model holds the torch module '{layer.Name}', which this application has not registered. Call DenseNetModules.Register(\"{layer.Name}\", inputs => new ...) before predicting with the model.");

        TorchRuntime.EnsureLoaded(layer.Name);
        var module = Create(factory, inputs, seed, layer.Name);
        try
        {
            CheckAgrees(module, layer);
        }
        catch
        {
            module.Dispose();
            throw;
        }

        return module;
    }

    /// <summary>Calls a factory as <c>torch.random.manual_seed(seed)</c> before it would have it, and leaves torch's random state as it was.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="name">What messages call the module; null where it has no name yet.</param>
    /// <exception cref="InvalidOperationException">The factory gives null.</exception>
    internal static nn.Module<Tensor, Tensor> Create(ModuleFactory factory, int inputs, int seed, string? name)
    {
        TorchRuntime.EnsureLoaded();
        lock (Factories) // torch's random state belongs to the process
        {
            using var state = random.get_rng_state();
            random.manual_seed(seed);
            try
            {
                return UserCode.Call(() => factory(inputs), () => ($"The module{(name is null ? "" : $" '{name}'")}", $"when it was made for {inputs} inputs"))
                    ?? throw new InvalidOperationException($"The module{(name is null ? "" : $" '{name}'")} is null: the function given to {nameof(DenseNetOptions)}.{nameof(DenseNetOptions.Module)} or {nameof(DenseNetModules)}.{nameof(Register)} must make one.");
            }
            finally
            {
                random.set_rng_state(state);
            }
        }
    }

    /// <summary>The state dictionary's names and shapes.</summary>
    internal static ModuleTensorList Describe(nn.Module module)
    {
        var trained = module.named_parameters().Where(item => item.parameter.requires_grad).Select(item => item.name).ToHashSet(StringComparer.Ordinal);
        var state = module.state_dict();
        foreach (string name in state.Keys)
            StorableText.Check(name, $"The name of a tensor of module {module.GetType().Name}");
        return new ModuleTensorList(state.Select(item =>
            new ModuleTensor(item.Key, [.. item.Value.shape.Select(size => checked((int)size))], trained.Contains(item.Key))));
    }

    /// <summary>Refuses a module that is not the one that a model was saved with.</summary>
    private static void CheckAgrees(nn.Module module, ModuleLayer layer)
    {
        var tensors = Describe(module);
        if (!tensors.Equals(layer.Tensors))
            throw new InvalidOperationException($"The module registered as '{layer.Name}' has other tensors than the model's: {Text(tensors)} instead of {Text(layer.Tensors)}. Register the version of the module that was trained.");
        if (layer.Structure is { } structure && StructureOf(module) is var registered && registered != structure)
            throw new InvalidOperationException($"The module registered as '{layer.Name}' is {registered}, but the model's is {structure}. Register the module that was trained, and give different modules different names (ModuleName).");
    }

    /// <summary>The types of a module and of all modules in it.</summary>
    internal static string StructureOf(nn.Module module)
    {
        foreach (var (name, _) in module.named_children())
            StorableText.Check(name, $"The name of a module in {module.GetType().Name}");
        string[] children = [.. module.named_children().Select(child => $"{child.name}: {StructureOf(child.module)}")];
        return children.Length == 0 ? module.GetType().Name : $"{module.GetType().Name}({string.Join(", ", children)})";
    }

    private static string Text(ModuleTensorList tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
}
