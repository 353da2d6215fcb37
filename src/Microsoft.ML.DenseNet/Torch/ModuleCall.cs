using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Runs a user-defined torch module and checks what it returns.</summary>
internal static class ModuleCall
{
    /// <summary>Applies the module to [rows, inputs]; the caller checks the width of the result.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="input">The rows.</param>
    /// <exception cref="InvalidOperationException">Torch rejected an operation in it, or it returns no usable tensor.</exception>
    public static Tensor Run(nn.Module<Tensor, Tensor> module, string name, Tensor input)
    {
        string shape = TensorCheck.Shape(input);
        var result = UserCode.Call(() => module.call(input), () => ($"Module '{name}'", $"on inputs {shape}"));
        return TensorCheck.Returned(result, input, $"Module '{name}'", "a tensor [rows, outputs]");
    }
}
