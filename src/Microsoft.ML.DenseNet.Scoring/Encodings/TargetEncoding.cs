using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Columns to be replaced by the labels that go with their values. Together with the trainer that learns from them it becomes an estimator:
/// <see cref="Then{TTransformer}(IEstimator{TTransformer})"/>.
/// </summary>
/// <remarks>
/// It is not an estimator itself, because a pipeline hands the trainer the rows that a transformer was fitted to, encoded by the same tables. Each
/// row would be encoded with its own label, which a value that occurs once reveals entirely.
/// </remarks>
public sealed class TargetEncoding
{
    internal TargetEncoding(IHostEnvironment env, InputOutputColumnPair[] columns, string label, TargetEncodingKind kind, double smoothing, EncodingFolds folds)
    {
        Guard.NotEmpty(label, "labelColumnName");
        Guard.Defined(kind, "outputKind");
        Guard.NotNegative(smoothing, nameof(smoothing));
        Guard.InRange(folds.Count, 2, 100, "numberOfFolds");
        if (folds.SamplingKeyColumnName is not null)
            Guard.NotEmpty(folds.SamplingKeyColumnName, "samplingKeyColumnName");
        Host = env.Register(nameof(TargetEncoding));
        Columns = new EncodingColumns(Host, columns);
        Label = label;
        Kind = kind;
        Smoothing = smoothing;
        Folds = folds;
    }

    internal IHost Host { get; }

    internal EncodingColumns Columns { get; }

    internal string Label { get; }

    internal TargetEncodingKind Kind { get; }

    internal double Smoothing { get; }

    internal EncodingFolds Folds { get; }

    /// <summary>Adds what learns from the encoded columns, and makes both one estimator.</summary>
    /// <typeparam name="TTransformer">What it fits.</typeparam>
    /// <param name="estimator">A trainer or a pipeline, from the first step that reads an encoded column to the last that learns from one.</param>
    /// <returns>An estimator that fits <paramref name="estimator"/> to rows encoded out of fold.</returns>
    public TargetEncodingEstimator<TTransformer> Then<TTransformer>(IEstimator<TTransformer> estimator)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(estimator);
        return new TargetEncodingEstimator<TTransformer>(this, estimator);
    }
}
