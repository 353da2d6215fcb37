using Microsoft.ML.Data;
using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Scored data as ML.NET's own exporter expects it. The exporter walks from a pipeline's output back to its input through transforms
/// that can save themselves; a view that wraps ML.NET's scorer lets the scorer do so.
/// </summary>
internal interface IOnnxScoringView : ITransformCanSaveOnnx
{
    /// <summary>ML.NET's scorer, applied to the same data.</summary>
    IDataView Scorer { get; }

    IDataView IDataTransform.Source => ((IDataTransform)Scorer).Source;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)Scorer).Save(ctx);

    bool ICanSaveOnnx.CanSaveOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)Scorer).CanSaveOnnx(ctx);

    void ISaveAsOnnx.SaveAsOnnx(OnnxContext ctx) => ((ITransformCanSaveOnnx)Scorer).SaveAsOnnx(ctx);
}
