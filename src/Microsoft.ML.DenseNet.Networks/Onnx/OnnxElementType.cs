namespace Microsoft.ML.DenseNet;

/// <summary>The types of tensor elements in use, by their numbers in ONNX's TensorProto.DataType.</summary>
internal enum OnnxElementType
{
    Float = 1,
    Int64 = 7,
    Bool = 9,
    UInt32 = 12,
}
