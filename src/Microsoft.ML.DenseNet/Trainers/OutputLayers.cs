namespace Microsoft.ML.DenseNet;

/// <summary>Adds the output layers to hidden layers.</summary>
internal static class OutputLayers
{
    /// <summary>Returns the hidden layers followed by the output layer; with an ensemble, those of all its members.</summary>
    /// <param name="hidden">The hidden layers.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="options">The options.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="readsSparse">Whether the first layer reads wide sparse rows.</param>
    public static Layer After(Layer hidden, int outputs, DenseNetOptions options, LearningTask task, bool readsSparse) => options.EnsembleSize > 1
        ? EnsembleNetwork.Of(hidden, options.EnsembleSize, outputs, EnsembleNetwork.MeanOf(task, options.Loss))
        : NetworkComposer.Compose(null, hidden, readsSparse && hidden is SequentialLayer { Layers.Count: 0 } ? Layer.EmbeddingBag(outputs) : Layer.Linear(outputs));
}
