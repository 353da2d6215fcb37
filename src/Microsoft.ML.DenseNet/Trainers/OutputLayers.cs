namespace Microsoft.ML.DenseNet;

/// <summary>Adds to hidden layers what makes outputs of them.</summary>
internal static class OutputLayers
{
    /// <summary>The hidden layers and the output layer after them; with an ensemble, those of all its members.</summary>
    /// <param name="hidden">The hidden layers.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="options">The options.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="readsSparse">Whether the first layer reads wide sparse rows.</param>
    public static Layer After(Layer hidden, int outputs, DenseNetOptions options, LearningTask task, bool readsSparse) => options.EnsembleSize > 1
        ? EnsembleNetwork.Of(hidden, options.EnsembleSize, outputs, EnsembleNetwork.MeanOf(task, options.Loss))
        : NetworkComposer.Compose(null, hidden, readsSparse && hidden is SequentialLayer { Layers.Count: 0 } ? Layer.EmbeddingBag(outputs) : Layer.Linear(outputs));
}
