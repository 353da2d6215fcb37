namespace Microsoft.ML.DenseNet;

/// <summary>A row is not as wide as its column says; <see cref="RowReader"/> makes a message of it that names column and row.</summary>
internal sealed class RowLengthException(int length) : Exception
{
    public int Length => length;
}
