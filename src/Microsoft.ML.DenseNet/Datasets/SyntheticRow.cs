using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>A row of a synthetic dataset, as ML.NET reads it.</summary>
/// <typeparam name="TLabel">The label's type; a <see cref="uint"/> becomes a key, which ML.NET counts from 0 here and from 1 in the data view.</typeparam>
internal sealed class SyntheticRow<TLabel>
{
    public float[] Features { get; init; } = [];

    public TLabel? Label { get; init; }

    /// <param name="mlContext">Creates the data view.</param>
    /// <param name="features">[rows][features], at least one row.</param>
    /// <param name="label">Maps a row's number to its label.</param>
    /// <param name="classCount">The number of key values; null if the label is not a key.</param>
    public static IDataView ToDataView(MLContext mlContext, float[][] features, Func<int, TLabel> label, int? classCount = null)
    {
        var schema = SchemaDefinition.Create(typeof(SyntheticRow<TLabel>));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        if (classCount is { } count)
        {
            ReadOnlyMemory<char>[] names = [.. Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture).AsMemory())];
            schema[nameof(Label)].ColumnType = new KeyDataViewType(typeof(uint), count);
            schema[nameof(Label)].AddAnnotation(AnnotationUtils.Kinds.KeyValues, new VBuffer<ReadOnlyMemory<char>>(count, names), new VectorDataViewType(TextDataViewType.Instance, count));
        }

        SyntheticRow<TLabel>[] rows = [.. features.Select((values, number) => new SyntheticRow<TLabel> { Features = values, Label = label(number) })];
        return mlContext.Data.LoadFromEnumerable(rows, schema);
    }
}
