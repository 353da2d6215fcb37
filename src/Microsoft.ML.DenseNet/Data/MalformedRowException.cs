namespace Microsoft.ML.DenseNet;

/// <summary>A feature vector is malformed; <see cref="RowReader"/> turns this into a message that names the column and the row.</summary>
internal sealed class MalformedRowException(RowFault fault) : Exception
{
    public RowFault Fault => fault;
}
