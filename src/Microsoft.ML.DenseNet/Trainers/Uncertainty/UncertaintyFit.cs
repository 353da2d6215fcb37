using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Finds on held-out rows what makes intervals or sets of classes reach the coverages that the options ask for.</summary>
/// <param name="options">The options.</param>
/// <param name="conversion">Converts labels to targets, and outputs to predictions.</param>
/// <param name="environment">What the fit runs with.</param>
internal sealed class UncertaintyFit(DenseNetOptions options, TargetConversion conversion, FitEnvironment environment)
{
    private readonly CoverageOption _option = CoverageOption.Of(options);

    /// <summary>Checks before training that there will be enough held-out rows.</summary>
    /// <param name="option">The option that asks for coverages.</param>
    /// <param name="folds">The folds of the rows; null for none.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="InvalidOperationException">There are none, or too few.</exception>
    public static void CheckRows(CoverageOption option, RowFolds? folds, LoadedRows data)
    {
        long rows = folds is null ? data.Validation?.Count ?? 0 : folds.IsByTime ? folds[0].Validation.Count : data.Rows.Count;
        if (option.IsSet && rows < Math.Max(1, option.MinimumRows))
            throw option.TooFewRows(rows);
    }

    /// <summary>Returns a signature with what was found.</summary>
    /// <param name="signature">What the network reads and predicts.</param>
    /// <param name="folds">The trained networks, with their outputs for rows that they did not see.</param>
    /// <exception cref="InvalidOperationException">There are too few such rows.</exception>
    public NetworkSignature Apply(NetworkSignature signature, TrainedFolds folds)
    {
        if (!_option.IsSet)
            return signature;
        var held = HeldOutPredictions.Of(folds.FirstDeal, new FoldPrediction(signature.Task, conversion, folds.Calibration).Convert);
        return signature.Task == LearningTask.Regression ? signature with { Intervals = Intervals(held) } : signature with { Sets = Sets(held) };
    }

    private IntervalRule Intervals(HeldOutPredictions held)
    {
        if (CoverageOption.PairsOf(options.Loss, _option) is { } pairs)
            return IntervalsOfQuantiles(held, pairs);
        double[] residuals = [.. held.Labels.Select((target, row) => Math.Abs((double)conversion.ToLabel(target) - held.Values[row]))];
        var scale = new ScaleTraining(environment.Seed, keepsParts: options.SamplingKeyColumnName is not null, options.CancellationToken).Run(held, residuals);
        double[] scores = scale is null ? residuals : [.. residuals.Zip(scale.Value.Scales, (residual, own) => residual / own)];
        environment.Channel.Info($"Intervals from {held.Labels.Length} held-out rows, {(scale is null ? "as wide in every row" : "wider where errors are larger")}.");
        return new IntervalRule(_option.Coverages, [.. _option.Coverages.Select(coverage => Quantile(scores, held.Weights, coverage))], scale?.Network);
    }

    /// <summary>Conformalized quantile regression: the score of a row is how far its label is outside its quantiles, below 0 if it is inside.</summary>
    private IntervalRule IntervalsOfQuantiles(HeldOutPredictions held, IReadOnlyList<(int Lower, int Upper)> pairs)
    {
        environment.Channel.Info($"Intervals of quantiles from {held.Labels.Length} held-out rows.");
        double[] labels = [.. held.Labels.Select(target => (double)conversion.ToLabel(target))];
        float[] factors = [.. _option.Coverages.Select((coverage, i) => Quantile(
            [.. labels.Select((label, row) => Math.Max(held[row][pairs[i].Lower] - label, label - held[row][pairs[i].Upper]))], held.Weights, coverage))];
        return new IntervalRule(_option.Coverages, factors, null, pairs);
    }

    private SetRule Sets(HeldOutPredictions held)
    {
        double[] limits = new double[held.Labels.Length], weights = new double[limits.Length];
        for (int row = 0; row < limits.Length; row++)
        {
            var values = held[row];
            int label = (int)held.Labels[row];
            limits[row] = SetRule.LimitOf(values.Length == 1 ? [1 - values[0], values[0]] : values, label);
            weights[row] = held.Weights[row] / (conversion.WeightFactor?.Invoke(label) ?? 1); // rows as they are, not as classes are to count
        }

        environment.Channel.Info($"Sets of classes from {limits.Length} held-out rows.");
        return new SetRule(_option.Coverages[0], Math.Min(Quantile(limits, weights, _option.Coverages[0]), 1));
    }

    /// <summary>The quantile, rounded up to single precision.</summary>
    private float Quantile(double[] scores, double[] weights, double coverage)
    {
        double quantile = ConformalQuantile.Of(scores, weights, coverage) ?? throw _option.TooFewRows(ConformalQuantile.EffectiveRows(weights));
        float rounded = (float)quantile;
        return rounded < quantile ? MathF.BitIncrement(rounded) : rounded;
    }
}
