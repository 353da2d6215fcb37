using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>Encodes categories by their labels and fits a trainer to the result, without showing it any row's own label as a feature.</summary>
/// <remarks>
/// The data are read once for the tables; memory grows with values × folds × classes. The trainer then reads each row encoded by the rows of
/// the other folds, as scikit-learn's TargetEncoder cross-fits it; the fitted transformer encodes by all rows.
/// </remarks>
/// <typeparam name="TTransformer">What the trainer fits.</typeparam>
public sealed class TargetEncodingEstimator<TTransformer> : IEstimator<TransformerChain<TTransformer>>
    where TTransformer : class, ITransformer
{
    private readonly TargetEncoding _encoding;
    private readonly IEstimator<TTransformer> _next;

    internal TargetEncodingEstimator(TargetEncoding encoding, IEstimator<TTransformer> next)
    {
        _encoding = encoding;
        _next = next;
    }

    /// <summary>Fits the encoding, and the trainer to rows encoded out of fold.</summary>
    /// <param name="input">The training rows, with the label. Rows without a label (NaN, key 0) say nothing about their values.</param>
    /// <returns>The encoding by all rows, and after it what the trainer fitted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">No row has a label, a label is infinite, or all rows fall into one fold.</exception>
    public TransformerChain<TTransformer> Fit(IDataView input)
    {
        _encoding.Host.CheckValue(input, nameof(input));
        var statistics = TargetStatistics.Read(_encoding, input);
        var columnsByFold = Enumerable.Range(0, _encoding.Folds.Count).Select(fold => statistics.Encode(fold)).ToArray();
        var outOfFold = new OutOfFoldTransformer(_encoding.Host, _encoding.Columns.Pairs, columnsByFold, _encoding.Folds);
        var next = _next.Fit(outOfFold.Transform(input));
        return new TransformerChain<TTransformer>(new CategoryEncodingTransformer(_encoding.Host, _encoding.Columns.Pairs, statistics.Encode(fold: null)), next);
    }

    /// <summary>Returns the schema with the encoded columns and what the trainer adds.</summary>
    /// <param name="inputSchema">The schema of the input.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        _encoding.Host.CheckValue(inputSchema, nameof(inputSchema));
        bool isKey = TargetLabel.Check(_encoding, inputSchema);
        return _next.GetOutputSchema(_encoding.Columns.AddTo(inputSchema, hasNames: isKey));
    }
}
