namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>DenseNet told about a dataset's groups or times, where they are known; it takes its seed from the MLContext.</summary>
/// <param name="name">The trainer's name.</param>
/// <param name="group">The column of the groups; null for none.</param>
/// <param name="time">The column of the times; null for none.</param>
internal sealed class DenseNetSplitQualityTrainer(string name, string? group, string? time) : QualityTrainer(name)
{
    public override QualityTrainer For(DatasetInfo info)
    {
        var columns = SplitColumns.Of(info);
        return new DenseNetSplitQualityTrainer(Name, columns.Group is null ? null : group, columns.Time.Count == 0 ? null : time);
    }

    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => ml.BinaryClassification.Trainers.DenseNet(CreateOptions<DenseNetBinaryTrainer.Options>());

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => ml.MulticlassClassification.Trainers.DenseNet(CreateOptions<DenseNetMulticlassTrainer.Options>());

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => ml.Regression.Trainers.DenseNet(CreateOptions<DenseNetRegressionTrainer.Options>());

    private TOptions CreateOptions<TOptions>()
        where TOptions : DenseNetOptions, new() => new() { SamplingKeyColumnName = group, TimeColumnName = time };
}
