using Microsoft.ML.DenseNet;

namespace Microsoft.ML;

/// <summary>Saves DenseNet models as ONNX files, with their feature scaling and their task's output function.</summary>
/// <remarks>
/// The file has one input, <c>Features</c> of shape [N, number of features], and the columns of ML.NET's scorer for the task as outputs.
/// Binary classification: <c>Score</c>, the logit, and <c>Probability</c>, both float [N, 1], and <c>PredictedLabel</c>, bool [N, 1].
/// Multiclass classification: <c>Score</c>, the probabilities, float [N, classes], and <c>PredictedLabel</c>, the label's key counted
/// from 1, uint32 [N, 1]. Regression: <c>Score</c>, float [N, 1], with
/// several quantiles <c>Quantiles</c>, float [N, quantiles], and with intervals <c>IntervalLower</c> and <c>IntervalUpper</c>, both
/// float [N, coverages]. With sets of classes both tasks for classes have <c>PredictionSet</c>, bool [N, classes]. N is any number of rows. The opset is 13.
/// <para>
/// If the model reads category columns, <c>Features</c> includes their one-hot blocks, after the values of the feature column.
/// </para>
/// <para>
/// The steps of a pipeline before the trainer are not in the file; <c>mlContext.Model.ConvertToOnnx</c>, in the package
/// Microsoft.ML.OnnxConverter, converts a whole pipeline.
/// </para>
/// </remarks>
public static class DenseNetOnnxExtensions
{
    /// <summary>Saves the transformer's model as an ONNX file. A failure leaves an existing file unchanged.</summary>
    /// <typeparam name="TModel">The type of the model.</typeparam>
    /// <param name="transformer">The transformer that a DenseNet trainer fitted; in a pipeline, <c>LastTransformer</c>.</param>
    /// <param name="path">The file's path, usually ending in <c>.onnx</c>.</param>
    /// <exception cref="NotSupportedException">The network has a user-defined torch module, which ONNX cannot express.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public static void SaveAsOnnx<TModel>(this DenseNetTransformer<TModel> transformer, string path)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxExport.Save(OnnxExport.ToMessage((INetworkModel)transformer.Model), path);
    }

    /// <summary>Writes the transformer's model in the ONNX format, starting at the stream's position. The stream stays open.</summary>
    /// <inheritdoc cref="SaveAsOnnx{TModel}(DenseNetTransformer{TModel}, string)" path="/*[not(self::param)]"/>
    /// <param name="transformer">The transformer that a DenseNet trainer fitted; in a pipeline, <c>LastTransformer</c>.</param>
    /// <param name="stream">A writable stream.</param>
    public static void SaveAsOnnx<TModel>(this DenseNetTransformer<TModel> transformer, Stream stream)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(stream);
        OnnxExport.ToMessage((INetworkModel)transformer.Model).WriteTo(stream);
    }

    /// <summary>Saves the model as an ONNX file. A failure leaves an existing file unchanged.</summary>
    /// <typeparam name="TOutput">The type of the score.</typeparam>
    /// <param name="model">The model of a DenseNet trainer.</param>
    /// <param name="path">The file's path, usually ending in <c>.onnx</c>.</param>
    /// <exception cref="NotSupportedException">The network has a user-defined torch module, which ONNX cannot express.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public static void SaveAsOnnx<TOutput>(this DenseNetModelParameters<TOutput> model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        OnnxExport.Save(OnnxExport.ToMessage(model), path);
    }

    /// <summary>Writes the model in the ONNX format, starting at the stream's position. The stream stays open.</summary>
    /// <inheritdoc cref="SaveAsOnnx{TOutput}(DenseNetModelParameters{TOutput}, string)" path="/*[not(self::param)]"/>
    /// <param name="model">The model of a DenseNet trainer.</param>
    /// <param name="stream">A writable stream.</param>
    public static void SaveAsOnnx<TOutput>(this DenseNetModelParameters<TOutput> model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        OnnxExport.ToMessage(model).WriteTo(stream);
    }
}
