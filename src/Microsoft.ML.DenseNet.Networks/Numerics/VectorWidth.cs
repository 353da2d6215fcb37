namespace Microsoft.ML.DenseNet;

/// <summary>Which vector registers a <see cref="NetworkProgram"/> computes with. All widths produce the same bits (see <see cref="ISimdVector{TSelf}"/>).</summary>
internal enum VectorWidth
{
    /// <summary>The widest that the machine supports.</summary>
    Widest,

    /// <summary>One number at a time; the reference for the others, and the fallback on a machine without vectors.</summary>
    Scalar,

    /// <summary>Four lanes: SSE, NEON, WebAssembly.</summary>
    Vector128,

    /// <summary>Eight lanes: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen lanes: AVX-512.</summary>
    Vector512,
}
