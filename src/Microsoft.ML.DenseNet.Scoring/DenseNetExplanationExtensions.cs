using Microsoft.ML.DenseNet;

namespace Microsoft.ML;

/// <summary>Explains the predictions of a fitted transformer, and chooses the rows that they are compared with.</summary>
public static class DenseNetExplanationExtensions
{
    /// <summary>Explains the prediction of each row, for any task, with category columns too; see <see cref="NetworkExplanations"/>.</summary>
    /// <typeparam name="TModel">The type of the transformer's model.</typeparam>
    /// <param name="transformer">The transformer that the trainer fitted; in a pipeline, <c>LastTransformer</c>.</param>
    /// <param name="data">Rows with the columns that the transformer reads: those before it have been applied.</param>
    /// <param name="options">How to explain; null for the defaults.</param>
    /// <returns>An explanation for each row, made as they are enumerated.</returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or an option is out of range.</exception>
    /// <exception cref="InvalidOperationException">Neither the options nor the model have background rows, or a row is malformed.</exception>
    public static IEnumerable<Explanation> Explain<TModel>(this DenseNetTransformer<TModel> transformer, IDataView data, ExplanationOptions? options = null)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(data);
        var network = ((INetworkModel)transformer.Model).Network;
        var columns = transformer.ColumnsOf(data.Schema);
        return Explain(network.CreateExplainer(options), columns, data);
    }

    /// <summary>Chooses rows that represent some data, to compare predictions with: pass them as <see cref="ExplanationOptions.Background"/>, or store them with <see cref="TrainedNetwork.WithBackground"/>.</summary>
    /// <typeparam name="TModel">The type of the transformer's model.</typeparam>
    /// <param name="transformer">The transformer that the trainer fitted.</param>
    /// <param name="data">Rows with the columns that the transformer reads.</param>
    /// <param name="count">The number of rows to choose, from 1 to 1,024.</param>
    /// <param name="seed">Determines the sample of the rows from which they are chosen, if there are many.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, or there are no rows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">A row is malformed.</exception>
    public static BackgroundRows ChooseBackground<TModel>(this DenseNetTransformer<TModel> transformer, IDataView data, int count = 32, int seed = 0)
        where TModel : class
    {
        ArgumentNullException.ThrowIfNull(transformer);
        ArgumentNullException.ThrowIfNull(data);
        Guard.InRange(count, 1, BackgroundRows.MaximumCount, nameof(count));
        var selector = new BackgroundSelector(((INetworkModel)transformer.Model).Network, count, seed);
        foreach (var row in NetworkRows.Read(transformer.ColumnsOf(data.Schema), data))
            selector.Offer(row.IsDense ? new RawRow(row.GetValues()) : new RawRow(row.GetIndices(), row.GetValues()), 1);
        return selector.Choose() ?? throw new ArgumentException("The data has no row whose prediction is a finite number.", nameof(data));
    }

    private static IEnumerable<Explanation> Explain(NetworkExplainer explainer, InputColumns columns, IDataView data)
    {
        using (explainer)
        {
            foreach (var row in NetworkRows.Read(columns, data))
                yield return row.IsDense ? explainer.Explain(row.GetValues()) : explainer.Explain(row.GetIndices(), row.GetValues());
        }
    }
}
