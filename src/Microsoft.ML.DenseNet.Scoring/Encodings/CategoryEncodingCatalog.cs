using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;

namespace Microsoft.ML;

/// <summary>Encodings of categories for every ML.NET trainer, for columns with more values than one-hot slots are good for.</summary>
public static class CategoryEncodingCatalog
{
    /// <summary>Replaces each value of a column by the number of training rows that have it.</summary>
    /// <param name="catalog"><c>mlContext.Transforms.Categorical</c>.</param>
    /// <param name="outputColumnName">The new column: <see cref="float"/>, or a vector of n for a vector of n slots, each counted separately.</param>
    /// <param name="inputColumnName">The column to encode, text, a key, a Boolean or an integer, or a vector of known size of them; null for <paramref name="outputColumnName"/>.</param>
    /// <param name="outputKind">The count, the share of rows, or ln(1 + count). A value that did not occur in training becomes 0.</param>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static CountEncodingEstimator CountEncoding(
        this TransformsCatalog.CategoricalTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        CountEncodingKind outputKind = CountEncodingKind.Count) => CountEncoding(catalog, [Pair(outputColumnName, inputColumnName)], outputKind);

    /// <summary>Replaces each value of several columns by the number of training rows that have it, all in one pass.</summary>
    /// <param name="catalog"><c>mlContext.Transforms.Categorical</c>.</param>
    /// <param name="columns">The pairs of columns, as for one column.</param>
    /// <param name="outputKind">The count, the share of rows, or ln(1 + count). A value that did not occur in training becomes 0.</param>
    /// <exception cref="ArgumentException">There is no column, or two have one output.</exception>
    public static CountEncodingEstimator CountEncoding(
        this TransformsCatalog.CategoricalTransforms catalog,
        InputOutputColumnPair[] columns,
        CountEncodingKind outputKind = CountEncodingKind.Count)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new CountEncodingEstimator(CatalogUtils.GetEnvironment(catalog), columns, outputKind);
    }

    /// <summary>
    /// Replaces each value of a column by the mean of its labels, shrunk to the mean of all: (sum of its n labels + m · mean) / (n + m). Add the
    /// trainer with <see cref="TargetEncoding.Then{TTransformer}(IEstimator{TTransformer})"/>, so that it learns from rows encoded by the others.
    /// </summary>
    /// <param name="catalog"><c>mlContext.Transforms.Categorical</c>.</param>
    /// <param name="outputColumnName">The new column: <see cref="float"/>, or a vector with a slot for each slot of the input. With a key of k classes as label, a vector with k slots for each.</param>
    /// <param name="inputColumnName">The column to encode, text, a key, a Boolean or an integer, or a vector of known size of them; null for <paramref name="outputColumnName"/>.</param>
    /// <param name="labelColumnName">The label: <see cref="float"/>, Boolean, or a key.</param>
    /// <param name="outputKind">The mean, or for classification its log-odds. A value that did not occur in training becomes that of all rows.</param>
    /// <param name="smoothing">m, how many rows the mean of all is worth; at least 0.</param>
    /// <param name="numberOfFolds">The folds of training rows, from 2 to 100.</param>
    /// <param name="samplingKeyColumnName">A column whose equal values share a fold, such as the customer of several rows; null if rows are independent.</param>
    /// <exception cref="ArgumentException">A name is empty, or a value is out of its range.</exception>
    public static TargetEncoding TargetEncoding(
        this TransformsCatalog.CategoricalTransforms catalog,
        string outputColumnName,
        string? inputColumnName = null,
        string labelColumnName = DefaultColumnNames.Label,
        TargetEncodingKind outputKind = TargetEncodingKind.Mean,
        double smoothing = 10,
        int numberOfFolds = 5,
        string? samplingKeyColumnName = null) =>
        TargetEncoding(catalog, [Pair(outputColumnName, inputColumnName)], labelColumnName, outputKind, smoothing, numberOfFolds, samplingKeyColumnName);

    /// <summary>Replaces each value of several columns by the shrunk mean of its labels, all in one pass.</summary>
    /// <param name="catalog"><c>mlContext.Transforms.Categorical</c>.</param>
    /// <param name="columns">The pairs of columns, as for one column.</param>
    /// <param name="labelColumnName">The label: <see cref="float"/>, Boolean, or a key.</param>
    /// <param name="outputKind">The mean, or for classification its log-odds. A value that did not occur in training becomes that of all rows.</param>
    /// <param name="smoothing">How many rows the mean of all is worth; at least 0.</param>
    /// <param name="numberOfFolds">The folds of training rows, from 2 to 100.</param>
    /// <param name="samplingKeyColumnName">A column whose equal values share a fold, such as the customer of several rows; null if rows are independent.</param>
    /// <exception cref="ArgumentException">There is no column, two have one output, or a value is out of its range.</exception>
    public static TargetEncoding TargetEncoding(
        this TransformsCatalog.CategoricalTransforms catalog,
        InputOutputColumnPair[] columns,
        string labelColumnName = DefaultColumnNames.Label,
        TargetEncodingKind outputKind = TargetEncodingKind.Mean,
        double smoothing = 10,
        int numberOfFolds = 5,
        string? samplingKeyColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TargetEncoding(CatalogUtils.GetEnvironment(catalog), columns, labelColumnName, outputKind, smoothing, new EncodingFolds(numberOfFolds, samplingKeyColumnName));
    }

    private static InputOutputColumnPair Pair(string output, string? input)
    {
        Guard.NotEmpty(output, "outputColumnName");
        if (input is not null)
            Guard.NotEmpty(input, "inputColumnName");
        return new InputOutputColumnPair(output, input);
    }
}
