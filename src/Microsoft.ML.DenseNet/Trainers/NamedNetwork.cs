namespace Microsoft.ML.DenseNet;

/// <summary>Designs the network that the options name, or continues with that of an earlier model.</summary>
/// <param name="options">The options.</param>
/// <param name="task">What is predicted.</param>
/// <param name="outputs">The number of outputs.</param>
internal sealed class NamedNetwork(DenseNetOptions options, LearningTask task, int outputs)
{
    /// <summary>Designs a new network, with scaling computed from the training rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="seed">Determines the values of torch modules.</param>
    public NetworkDesign Design(LoadedRows data, int seed)
    {
        var layout = new NetworkLayout(Describe(data.Rows.Width, data.Rows.IsWideSparse), data.Rows.Width);
        float[] buffers = NetworkInitializer.InitializeBuffers(layout, seed);
        if (layout.InputScaling is { Layer: StandardizeLayer } scaling)
        {
            var statistics = options.ScaleFeatures && data.Rows.IsWideSparse ? data.SparseStatistics : data.Statistics;
            statistics.Mean.CopyTo(scaling.Center(buffers));
            statistics.InverseDeviation.CopyTo(scaling.Scale(buffers));
        }

        return new NetworkDesign(layout, buffers);
    }

    /// <summary>Returns the network and the values of an earlier model, without its output stage.</summary>
    /// <param name="initial">The earlier model.</param>
    /// <param name="data">The rows.</param>
    /// <exception cref="InvalidOperationException">The model reads other features, or the options name another network.</exception>
    public NetworkDesign Continue(TrainedNetwork initial, LoadedRows data)
    {
        int width = data.Rows.Width;
        if (initial.Layout.InputWidth != width)
            throw new InvalidOperationException($"The model to train on from reads {initial.Layout.InputWidth} features, but column '{options.FeatureColumnName}' has {width}: train on the columns it was trained on.");
        if (AveragesModels(initial.Layout))
            throw new InvalidOperationException($"The model to train on from is the average of several models that TuneDenseNet found, which cannot be trained further: train on from its result's Model instead of its Ensemble.");
        var trained = NetworkComposer.WithoutOutputStage(initial.Layout);
        if (options.NamesNetwork && Describe(width, data.Rows.IsWideSparse) is var network && !trained.Equals(network) && !(data.Rows.IsWideSparse && LacksScaling(trained, network)))
            throw new InvalidOperationException($"The model to train on from is {trained}, but the options describe {network}: leave {nameof(options.HiddenUnits)} and {nameof(options.Network)} out to keep the model's network.");
        var layout = new NetworkLayout(trained, width);
        return new NetworkDesign(layout, initial.Buffers[..layout.BufferCount].ToArray(), initial.Parameters.ToArray());
    }

    /// <summary>
    /// Whether a network averages whole models. In training, a mean passes its members on, each of which has its own loss; but what an inner
    /// mean passes on is not what the layers after it read, and a model that counts several times is not several members.
    /// </summary>
    private static bool AveragesModels(NetworkLayout layout)
    {
        var nodes = layout.Root.DescendantsAndSelf();
        bool hasInnerMean = nodes.Any(node => node.Layer is MemberMeanLayer && node != layout.Body[^1]);
        bool endsInMean = layout.Body is [.., { Layer: ConcatLayer }, { Layer: MemberMeanLayer }];
        return hasInnerMean || (endsInMean && (layout.Body[^1].Layer is MemberMeanLayer { Mean: MeanKind.Outputs } || nodes.Any(node => node.Layer is RepeatLayer)));
    }

    private Layer Describe(int width, bool isWideSparse)
    {
        var layers = options.Module is { } module
            ? ModuleLayers.Describe(module, options.ModuleName, width, outputs)
            : OutputLayers.After(options.Network ?? NetworkComposer.Hidden(options.HiddenUnits!, isWideSparse), outputs, options, task, isWideSparse);
        Layer? scaling = options.ScaleFeatures ? Layer.Standardize : null;

        // Scaling replaces missing values, so their indicators come first.
        return layers is SequentialLayer { Layers: [MissingIndicatorsLayer indicators, ..] } sequence
            ? NetworkComposer.Compose(null, [indicators, NetworkComposer.Compose(scaling, sequence.Layers.Skip(1))])
            : NetworkComposer.Compose(scaling, layers);
    }

    /// <summary>Whether a network is another one without its input scaling, which earlier versions left out for wide sparse rows.</summary>
    private bool LacksScaling(Layer trained, Layer network) =>
        options.ScaleFeatures && network is SequentialLayer { Layers: var layers } && trained.Equals(Layer.Sequential(layers.Skip(1)));
}
