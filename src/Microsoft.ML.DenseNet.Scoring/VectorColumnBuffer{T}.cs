using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Values of one vector column.</summary>
/// <param name="getter">The column's getter.</param>
internal sealed class VectorColumnBuffer<T>(ValueGetter<VBuffer<T>> getter) : ColumnBuffer<VBuffer<T>>(getter)
{
    private protected override int Size(in VBuffer<T> value) => 1 + value.GetValues().Length;

    private protected override void Copy(in VBuffer<T> source, ref VBuffer<T> destination) => source.CopyTo(ref destination);
}
