namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>ML.NET's LightGBM after a random search: see <see cref="LightGbmSearch"/>.</summary>
internal sealed class TunedLightGbmQualityTrainer(TimeProvider clock, double? seconds = null) : QualityTrainer("lightgbm-tuned")
{
    public override bool NeedsTime => true;

    public override QualityTrainer Within(double seconds) => new TunedLightGbmQualityTrainer(clock, seconds);

    public override IEstimator<ITransformer> Binary(MLContext ml, int seed) => Search(ml, TabularTask.Binary, seed);

    public override IEstimator<ITransformer> Multiclass(MLContext ml, int seed) => Search(ml, TabularTask.Multiclass, seed);

    public override IEstimator<ITransformer> Regression(MLContext ml, int seed) => Search(ml, TabularTask.Regression, seed);

    private LightGbmSearch Search(MLContext ml, TabularTask task, int seed) =>
        new(ml, task, seconds ?? throw new InvalidOperationException($"{Name} was not told how long it may search."), seed, clock);
}
