using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Runs a torch module of the user's own and checks what it gives.</summary>
internal static class ModuleCall
{
    /// <summary>[rows, inputs] to what the module makes of it, whose width the caller checks.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="input">The rows.</param>
    /// <exception cref="InvalidOperationException">Torch refused an operation in it, or it gives no tensor that can be used.</exception>
    public static Tensor Run(nn.Module<Tensor, Tensor> module, string name, Tensor input)
    {
        string shape = TensorCheck.Shape(input);
        var result = UserCode.Call(() => module.call(input), () => ($"Module '{name}'", $"on inputs {shape}"));
        return TensorCheck.Returned(result, input, $"Module '{name}'", "a tensor [rows, outputs]");
    }
}
