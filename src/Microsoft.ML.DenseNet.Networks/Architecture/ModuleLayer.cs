namespace Microsoft.ML.DenseNet;

/// <summary>
/// A user-defined torch module, identified by the name under which <c>DenseNetModules</c> can create it. Its tensors are saved
/// with the model; torch computes it, both in training and in prediction.
/// </summary>
public sealed record ModuleLayer : Layer
{
    private readonly ModuleTensorList _tensors;

    internal ModuleLayer(string name, int units, ModuleTensorList tensors, string? structure = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Guard.InRange(units, 1, MaximumUnits, nameof(units));
        Name = name;
        Units = units;
        _tensors = tensors;
        Structure = structure;
    }

    /// <summary>The name under which the module is registered.</summary>
    public string Name { get; }

    /// <summary>The width of the output.</summary>
    public int Units { get; }

    /// <summary>The module's state dictionary: names and shapes.</summary>
    public IReadOnlyList<ModuleTensor> Tensors => _tensors;

    /// <summary>The types of the module and of all modules in it, for example <c>Sequential(0: Linear, 1: ReLU)</c>; null if unknown.</summary>
    public string? Structure { get; }

    /// <inheritdoc/>
    public override string Kind => "Module";

    /// <inheritdoc/>
    public override LayerRole Role => LayerRole.Other;

    internal override IEnumerable<LayerSetting> Settings => [new("name", Name), new("units", Units), .. Structure is null ? Array.Empty<LayerSetting>() : [new("structure", Structure)], new("tensors", Tensors)];

    internal override bool IsElementwise => false;

    internal override bool HasManagedGradient => false;

    internal override bool HasOnnxForm => false;

    internal override T Accept<T>(LayerReader<T> reader, LayerNode node, T x) => reader.Module(node, this, x);

    internal override LayerNode Bind(int inputWidth, string path, ParameterAllocator allocator) => new(this, path, inputWidth, Units,
        [.. Tensors.Select(tensor => tensor.IsTrained
            ? allocator.Parameter(path, tensor.Name, new TensorStart.OfModule(), [.. tensor.Shape])
            : allocator.Buffer(path, tensor.Name, new TensorStart.OfModule(), [.. tensor.Shape]))]);

    internal override string Describe(int inputWidth) => $"{Name}, in_features={inputWidth}, out_features={Units}";

    /// <inheritdoc/>
    public override string ToString() => $"Module({Name})";
}
