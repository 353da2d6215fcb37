using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Access to the memory of tensors on the CPU.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>Returns the first element of a contiguous tensor of any size; valid while the tensor lives.</summary>
    public static void* Pointer(Tensor tensor)
    {
        if (tensor.numel() == 0)
            return null;
        using var first = tensor.detach().view(-1).narrow(0, 0, 1); // TorchSharp's spans are limited to 2 GB
        return Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
