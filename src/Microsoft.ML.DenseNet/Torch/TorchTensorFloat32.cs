using static TorchSharp.torch.backends.cuda;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Allows torch TF32 while a training runs. The setting belongs to the process: if several such trainings overlap, the setting from
/// before the first is restored after the last.
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
