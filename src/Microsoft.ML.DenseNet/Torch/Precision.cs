using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The precision of the Linear layers' matrix products during training. Weights, gradients, optimizers and losses stay in single
/// precision, and so does everything computed outside training: validation losses and predictions.
/// </summary>
public enum Precision
{
    /// <summary>Single precision. On NVIDIA GPUs <c>torch.backends.cuda.matmul.allow_tf32</c> stays as it is: off, unless you set it.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "Torch's name.")]
    Float32,

    /// <summary>
    /// NVIDIA's TF32, on GPUs that have it (Ampere, 2020, and later), which multiply faster this way: factors rounded to 11 significant
    /// bits, summed in single precision. Elsewhere the same as <see cref="Float32"/>. The setting is global to torch in the process: other
    /// trainings that run at the same time use it too.
    /// </summary>
    TensorFloat32,

    /// <summary>
    /// bfloat16, as with torch's autocast: inputs, weights and products rounded to 8 significant bits, summed in single precision. It pays
    /// off for large layers on GPUs (NVIDIA since Ampere) and on CPUs with bfloat16 instructions; elsewhere it costs time. Gradients are off
    /// by a percent or two, usually less than their variation from batch to batch; targets are fitted to no more than two or three digits.
    /// Not available with a module of your own, which chooses for itself.
    /// </summary>
    BFloat16,
}
