using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes a torch module on rows of floats, on the CPU, for prediction: the one place where prediction needs libtorch.</summary>
/// <remarks>
/// The module is created when it is first needed: a model that contains one loads in any application, and reports what is missing when
/// asked to predict.
/// </remarks>
internal sealed class ModuleRunner : IRowFunction
{
    private readonly Lock _gate = new();
    private readonly ModuleLayer _layer;
    private readonly int _inputs;
    private readonly int _outputs;
    private float[][] _values;
    private nn.Module<Tensor, Tensor>? _module;

    /// <param name="layer">The module.</param>
    /// <param name="inputs">The number of its inputs.</param>
    /// <param name="values">The values of its tensors.</param>
    public ModuleRunner(ModuleLayer layer, int inputs, float[][] values)
    {
        _layer = layer;
        _inputs = inputs;
        _outputs = layer.Units;
        _values = values;
    }

    public void Prepare() => GetModule();

    public void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
    {
        var module = GetModule();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var result = ModuleCall.Run(module, _layer.Name, tensor(inputs.ToArray(), [rows, _inputs])).cpu().contiguous();
        if (result.numel() != (long)rows * _outputs)
            throw new InvalidOperationException($"Module '{_layer.Name}' gave {string.Join(" x ", result.shape)} values for {rows} rows; {rows} x {_outputs} are needed.");
        result.data<float>().CopyTo(outputs);
    }

    private nn.Module<Tensor, Tensor> GetModule()
    {
        lock (_gate)
            return _module ??= MakeModule();
    }

    private nn.Module<Tensor, Tensor> MakeModule()
    {
        var module = DenseNetModules.Create(_layer, _inputs, seed: 0);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        foreach (var (values, target) in _values.Zip(module.state_dict().Values))
            target.copy_(tensor(values).view(target.shape));
        module.eval();
        _values = [];
        return module;
    }
}
