namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>
/// A trainer as users call it: with its defaults, and the preparation that its documentation asks for. All read the Features
/// column, numbers followed by one-hot blocks, and the Label column.
/// </summary>
internal abstract class QualityTrainer(string name)
{
    /// <summary>The name in files and on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>Whether it must be told how long it may take, by <see cref="Within"/>.</summary>
    public virtual bool NeedsTime => false;

    /// <summary>The trainer with a time to spend.</summary>
    public virtual QualityTrainer Within(double seconds) => this;

    /// <summary>Whether there is such a trainer for the task and the labels of a dataset.</summary>
    public virtual bool CanRun(Dataset dataset) => true;

    /// <summary>The trainer with what it is told about a dataset; by default nothing.</summary>
    public virtual QualityTrainer For(DatasetInfo info) => this;

    /// <summary>What the trainer needs done to the numeric columns, in place, before they go into Features; null for nothing.</summary>
    public virtual IEstimator<ITransformer>? PrepareNumbers(MLContext ml, InputOutputColumnPair[] columns) => null;

    /// <summary>Must output Probability, of the positive class.</summary>
    public abstract IEstimator<ITransformer> Binary(MLContext ml, int seed);

    /// <summary>Must output Score, one probability per class in key order.</summary>
    public abstract IEstimator<ITransformer> Multiclass(MLContext ml, int seed);

    /// <summary>Must output Score.</summary>
    public abstract IEstimator<ITransformer> Regression(MLContext ml, int seed);
}
