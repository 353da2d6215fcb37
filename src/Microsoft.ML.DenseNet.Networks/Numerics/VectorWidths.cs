using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>Which vector registers the machine has: the one place that both engines ask.</summary>
internal static class VectorWidths
{
    /// <summary>The widest that the machine supports.</summary>
    public static VectorWidth Widest { get; } =
        Vector512.IsHardwareAccelerated ? VectorWidth.Vector512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Vector256
        : Vector128.IsHardwareAccelerated ? VectorWidth.Vector128
        : VectorWidth.Scalar;

    /// <summary>Whether the machine has registers of this width or wider.</summary>
    public static bool IsSupported(VectorWidth width) => width <= Widest;
}
