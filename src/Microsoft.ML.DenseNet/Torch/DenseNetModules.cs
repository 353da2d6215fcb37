using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The user-defined torch modules that models may contain. A model is saved with the module's name and values, not its code: an
/// application that predicts with such a model must first register the name, and needs libtorch.
/// </summary>
public static class DenseNetModules
{
    private static readonly ConcurrentDictionary<string, ModuleFactory> Factories = new(StringComparer.Ordinal);

    static DenseNetModules() => ModuleFunctions.Provide((layer, inputs, values) => new ModuleRunner(layer, inputs, values));

    /// <summary>Registers how a module is made. Registering a name again replaces its factory.</summary>
    /// <param name="name">The name under which models know it.</param>
    /// <param name="factory">Makes the module; for the same number of inputs it must always return the same tensors.</param>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public static void Register(string name, ModuleFactory factory)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(factory);
        StorableText.Check(name, nameof(name));
        Factories[name] = factory;
    }

    /// <summary>Makes the module of a layer; <paramref name="seed"/> determines its initial values.</summary>
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

    /// <summary>Calls a factory as if <c>torch.random.manual_seed(seed)</c> had been called before, and restores torch's random state afterwards.</summary>
    /// <param name="factory">The factory.</param>
    /// <param name="inputs">The number of features.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="name">What messages call the module; null where it has no name yet.</param>
    /// <exception cref="InvalidOperationException">The factory returns null.</exception>
    internal static nn.Module<Tensor, Tensor> Create(ModuleFactory factory, int inputs, int seed, string? name)
    {
        TorchRuntime.EnsureLoaded();
        lock (Factories) // torch's random state is shared by the whole process
        {
            using var state = random.get_rng_state();
            random.manual_seed(seed);
            try
            {
                return UserCode.Call(() => factory(inputs), () => ($"The module{(name is null ? "" : $" '{name}'")}", $"when it was made for {inputs} inputs"))
                    ?? throw new InvalidOperationException($"The module{(name is null ? "" : $" '{name}'")} is null: the function given to DenseNetOptions.Module or {nameof(DenseNetModules)}.{nameof(Register)} must make one.");
            }
            finally
            {
                random.set_rng_state(state);
            }
        }
    }

    /// <summary>Returns the names and shapes in the state dictionary.</summary>
    internal static ModuleTensorList Describe(nn.Module module)
    {
        var trained = module.named_parameters().Where(item => item.parameter.requires_grad).Select(item => item.name).ToHashSet(StringComparer.Ordinal);
        var state = module.state_dict();
        foreach (string name in state.Keys)
            StorableText.Check(name, $"The name of a tensor of module {module.GetType().Name}");
        return new ModuleTensorList(state.Select(item =>
            new ModuleTensor(item.Key, [.. item.Value.shape.Select(size => checked((int)size))], trained.Contains(item.Key))));
    }

    /// <summary>Rejects a module that is not the one a model was saved with.</summary>
    private static void CheckAgrees(nn.Module module, ModuleLayer layer)
    {
        var tensors = Describe(module);
        if (!tensors.Equals(layer.Tensors))
            throw new InvalidOperationException($"The module registered as '{layer.Name}' has other tensors than the model's: {Text(tensors)} instead of {Text(layer.Tensors)}. Register the version of the module that was trained.");
        if (layer.Structure is { } structure && StructureOf(module) is var registered && registered != structure)
            throw new InvalidOperationException($"The module registered as '{layer.Name}' is {registered}, but the model's is {structure}. Register the module that was trained, and give different modules different names (ModuleName).");
    }

    /// <summary>Returns the types of a module and of all modules in it.</summary>
    internal static string StructureOf(nn.Module module)
    {
        foreach (var (name, _) in module.named_children())
            StorableText.Check(name, $"The name of a module in {module.GetType().Name}");
        string[] children = [.. module.named_children().Select(child => $"{child.name}: {StructureOf(child.module)}")];
        return children.Length == 0 ? module.GetType().Name : $"{module.GetType().Name}({string.Join(", ", children)})";
    }

    private static string Text(IEnumerable<ModuleTensor> tensors) => string.Join(", ", tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]"));
}
