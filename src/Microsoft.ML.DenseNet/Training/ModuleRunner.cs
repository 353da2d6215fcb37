using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Computes a torch module on rows of floats, on the CPU, for prediction: the one place where prediction needs libtorch.</summary>
internal sealed class ModuleRunner : IRowFunction
{
    private readonly nn.Module<Tensor, Tensor> _module;
    private readonly int _inputs;
    private readonly int _outputs;

    /// <param name="node">A <see cref="ModuleLayer"/>.</param>
    /// <param name="parameters">The network's trained values.</param>
    /// <param name="buffers">Its other values.</param>
    public ModuleRunner(LayerNode node, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers)
    {
        _module = DenseNetModules.Create((ModuleLayer)node.Layer, node.InputWidth, seed: 0);
        _inputs = node.InputWidth;
        _outputs = node.OutputWidth;
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var state = _module.state_dict();
        foreach (var (slot, target) in node.Parameters.Zip(state.Values))
            target.copy_(tensor((slot.IsTrained ? parameters : buffers).Slice(slot.Offset, slot.Count).ToArray()).view(target.shape));
        _module.eval();
    }

    public void Run(ReadOnlySpan<float> inputs, int rows, Span<float> outputs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var result = _module.call(tensor(inputs.ToArray(), [rows, _inputs])).to(ScalarType.Float32).contiguous();
        if (result.numel() != (long)rows * _outputs)
            throw new InvalidOperationException($"Module {_module.GetName()} gave {string.Join(" x ", result.shape)} values for {rows} rows; {rows} x {_outputs} are needed.");
        result.data<float>().CopyTo(outputs);
    }
}
