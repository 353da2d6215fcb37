using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The precision of the Linear layers' matrix products while training. Weights, gradients, optimizers and losses stay in single
/// precision, and so does all that is computed without training: validation losses and predictions.
/// </summary>
public enum Precision
{
    /// <summary>Single precision. On NVIDIA GPUs <c>torch.backends.cuda.matmul.allow_tf32</c> stays as it is: off, unless you set it.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "Torch's name.")]
    Float32,

    /// <summary>
    /// NVIDIA's TF32, on GPUs that have it (Ampere, 2020, and later): factors rounded to 11 significant bits, summed in single
    /// precision, which Nvidia GPUs since Ampere multiply faster. Elsewhere as <see cref="Float32"/>. The setting is torch's, for the whole process:
    /// trainings that run meanwhile have it too.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// bfloat16, as with torch's autocast: inputs, weights and products rounded to 8 significant bits, summed in single precision. It
    /// pays for large layers on GPUs (NVIDIA since Ampere) and on CPUs with bfloat16 instructions; elsewhere it costs time. Gradients are
    /// off by a percent or two, mostly less than by the chance of the batch; targets are not fitted to more than two or three digits.
    /// Not with a module of your own, which chooses for itself.
    /// </summary>
    BFloat16,
}
