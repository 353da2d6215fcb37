using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>An ONNX file, open in ONNX Runtime.</summary>
internal sealed class OnnxRun(byte[] file) : IDisposable
{
    private readonly InferenceSession _session = new(file);

    public IReadOnlyDictionary<string, NodeMetadata> Inputs => _session.InputMetadata;

    public IReadOnlyDictionary<string, NodeMetadata> Outputs => _session.OutputMetadata;

    /// <summary>Computes one output of a model whose one input is Features.</summary>
    public T[] Run<T>(string output, float[] features, int rows)
    {
        var tensor = new DenseTensor<float>(features, [rows, Inputs["Features"].Dimensions[1]]);
        using var results = _session.Run([NamedOnnxValue.CreateFromTensor("Features", tensor)], [output]);
        var result = results[0].AsTensor<T>();
        Assert.AreEqual(rows, result.Dimensions[0]);
        return [.. result];
    }

    public void Dispose() => _session.Dispose();
}
