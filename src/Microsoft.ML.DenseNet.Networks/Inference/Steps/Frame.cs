using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>The rows that a program is currently working on, and its scratch buffers.</summary>
internal readonly ref struct Frame(ScratchLayout layout, ref readonly float features, int featureStride, ref float scratch, int rows)
{
    private readonly ref readonly float _features = ref features;
    private readonly ref float _scratch = ref scratch;

    /// <summary>The number of rows.</summary>
    public int Rows { get; } = rows;

    /// <summary>The first value of an operand; the rows are <paramref name="stride"/> apart.</summary>
    public ref readonly float Read(Operand operand, out nuint stride)
    {
        if (operand.Buffer != Operand.Features)
            return ref Write(operand, out stride);
        stride = (nuint)featureStride;
        return ref Unsafe.Add(ref Unsafe.AsRef(in _features), operand.Column);
    }

    /// <summary>Where to write the first value of an operand other than the features; the rows are <paramref name="stride"/> apart.</summary>
    public ref float Write(Operand operand, out nuint stride)
    {
        stride = (nuint)layout.Stride(operand.Buffer);
        return ref Unsafe.Add(ref _scratch, ((nint)layout.Offset(operand.Buffer) * Rows) + operand.Column);
    }
}
