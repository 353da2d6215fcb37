using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Benchmarks.Intervals;

/// <summary>A dataset for numbers with its features made: one-hot categories and numbers, missing ones as NaN.</summary>
/// <param name="Info">The dataset.</param>
/// <param name="Train">The training rows, with Features, Label and the columns of groups and times.</param>
/// <param name="Test">The test rows.</param>
internal sealed record IntervalData(DatasetInfo Info, IDataView Train, IDataView Test)
{
    public static IntervalData Of(MLContext ml, Dataset dataset)
    {
        var pipeline = QualityPipeline.Features(ml, dataset.Info);
        if (Quality.SplitColumns.Of(dataset.Info).Copy(ml) is { } copies)
            pipeline = copies.Append(pipeline);
        if (dataset.Info.Task == TabularTask.Multiclass)
            pipeline = pipeline.Append(ml.Transforms.Conversion.MapValueToKey(ColumnNames.Label));
        var features = pipeline.Fit(dataset.Train.View);
        return new IntervalData(dataset.Info, ml.Data.Cache(features.Transform(dataset.Train.View)), ml.Data.Cache(features.Transform(dataset.Test.View)));
    }

    public static float[] Labels(IDataView rows) => [.. rows.GetColumn<float>(ColumnNames.Label)];

    public static float[][] Features(IDataView rows) => [.. rows.GetColumn<float[]>(ColumnNames.Features)];
}
