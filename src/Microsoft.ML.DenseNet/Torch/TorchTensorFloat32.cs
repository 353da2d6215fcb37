using static TorchSharp.torch.backends.cuda;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Allows torch TF32 for as long as a training runs. The setting belongs to the process: what stood before the first of several
/// such trainings at once stands again after the last.
/// </summary>
internal sealed class TorchTensorFloat32 : IDisposable
{
    private static readonly Lock Gate = new();
    private static int _active;
    private static bool _before;

    private readonly bool _isAllowed;

    /// <param name="precision">Only <see cref="Precision.TensorFloat32"/> changes anything.</param>
    public TorchTensorFloat32(Precision precision)
    {
        _isAllowed = precision == Precision.TensorFloat32;
        if (!_isAllowed)
            return;
        lock (Gate)
        {
            if (_active++ == 0)
                _before = matmul.allow_tf32;
            matmul.allow_tf32 = true;
        }
    }

    public void Dispose()
    {
        if (!_isAllowed)
            return;
        lock (Gate)
        {
            if (--_active == 0)
                matmul.allow_tf32 = _before;
        }
    }
}
