using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.DenseNet.Benchmarks.Quality;

/// <summary>Hyperparameters of LightGbm, as a random search draws them.</summary>
/// <param name="Leaves">The most leaves of a tree.</param>
/// <param name="LearningRate">How much each tree contributes.</param>
/// <param name="RowsPerLeaf">The fewest rows in a leaf.</param>
/// <param name="FeatureFraction">The share of the features that a tree may use.</param>
/// <param name="RowFraction">The share of the rows that a tree sees.</param>
/// <param name="L1">The penalty on the leaves' absolute values.</param>
/// <param name="L2">The penalty on the leaves' squares.</param>
/// <param name="SplitsCategories">Whether splits separate groups of categories instead of one-hot slots.</param>
/// <param name="Iterations">The number of trees; null for as many as early stopping finds.</param>
internal sealed record LightGbmSettings(
    int Leaves, double LearningRate, int RowsPerLeaf, double FeatureFraction, double RowFraction, double L1, double L2, bool SplitsCategories, int? Iterations)
{
    private const int MostIterations = 2000, Patience = 50;

    public static LightGbmSettings Draw(Random random)
    {
        double Between(double low, double high) => low + ((high - low) * random.NextDouble());
        double Logarithmic(double low, double high) => Math.Exp(Between(Math.Log(low), Math.Log(high)));
        double Penalty() => random.Next(2) == 0 ? 0 : Logarithmic(1e-3, 10);
        return new LightGbmSettings(
            Leaves: (int)Logarithmic(4, 128),
            LearningRate: Logarithmic(0.01, 0.3),
            RowsPerLeaf: (int)Logarithmic(1, 100),
            FeatureFraction: Between(0.4, 1),
            RowFraction: Between(0.5, 1),
            L1: Penalty(),
            L2: Penalty(),
            SplitsCategories: random.Next(2) == 0,
            Iterations: null);
    }

    /// <summary>Sets the hyperparameters of a trainer.</summary>
    public void Apply<TOptions, TOutput, TTransformer, TModel>(LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase options)
        where TOptions : LightGbmTrainerBase<TOptions, TOutput, TTransformer, TModel>.OptionsBase, new()
        where TTransformer : ISingleFeaturePredictionTransformer<TModel>
        where TModel : class
    {
        options.NumberOfLeaves = Leaves;
        options.LearningRate = LearningRate;
        options.MinimumExampleCountPerLeaf = RowsPerLeaf;
        options.UseCategoricalSplit = SplitsCategories;
        options.NumberOfIterations = Iterations ?? MostIterations;
        options.EarlyStoppingRound = Iterations is null ? Patience : 0;
        options.Booster = new GradientBooster.Options
        {
            FeatureFraction = FeatureFraction,
            SubsampleFraction = RowFraction,
            SubsampleFrequency = 1,
            L1Regularization = L1,
            L2Regularization = L2,
        };
    }
}
