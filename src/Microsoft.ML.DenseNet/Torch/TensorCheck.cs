using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Checks tensors that user code returned or was given.</summary>
internal static class TensorCheck
{
    /// <summary>Rejects results with which no computation can continue.</summary>
    /// <param name="result">What the code returned.</param>
    /// <param name="like">The tensor it was given.</param>
    /// <param name="owner">Whose code it is.</param>
    /// <param name="expected">What it should have returned.</param>
    /// <exception cref="InvalidOperationException">It is null, disposed, of another precision or on another device; or the code disposed what it was given.</exception>
    public static Tensor Returned(Tensor? result, Tensor like, string owner, string expected)
    {
        if (result is null)
            throw Wrong("null");
        if (result.IsInvalid)
            throw Wrong("a tensor that is disposed");
        NotDisposed(like, owner);
        if (result.dtype != ScalarType.Float32)
            throw Wrong($"{result.dtype} values {Shape(result)}", " Convert it with .to(torch.ScalarType.Float32), before anything cuts off the gradient.");
        if (result.device_type != like.device_type)
            throw Wrong($"a tensor on {result.device}", $" The tensors it is given are on {like.device}.");
        return result;

        InvalidOperationException Wrong(string found, string remedy = "") =>
            new($"{owner} returned {found}; {expected} is needed, in Float32.{remedy}");
    }

    /// <summary>Rejects code that disposed a tensor it had only borrowed.</summary>
    /// <exception cref="InvalidOperationException">It did.</exception>
    public static void NotDisposed(Tensor lent, string owner)
    {
        if (lent.IsInvalid)
            throw new InvalidOperationException($"{owner} disposed a tensor that it was given: the training still needs it. Dispose only tensors that your code makes.");
    }

    /// <summary>Formats a shape for messages.</summary>
    public static string Shape(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
