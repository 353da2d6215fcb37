namespace Microsoft.ML.DenseNet;

/// <summary>Designs the default network for training rows: its layers, its input scaling and its bins.</summary>
/// <param name="options">The options.</param>
/// <param name="task">What is predicted.</param>
/// <param name="outputs">The number of outputs.</param>
internal sealed class DefaultDesign(DenseNetOptions options, LearningTask task, int outputs)
{
    /// <summary>Designs the network for some rows.</summary>
    /// <param name="defaults">The numbers.</param>
    /// <param name="data">The rows.</param>
    /// <param name="features">The feature column, whose annotations name one-hot blocks.</param>
    /// <param name="seed">Determines those of the untrained values that are drawn at random.</param>
    public NetworkDesign Of(DenseNetDefaults defaults, LoadedRows data, DataViewSchema.Column features, int seed)
    {
        var rows = data.Rows; // a sample, if streamed
        var statistics = defaults.ReadsSparse ? RobustStatistics.None(rows.Width) : RobustStatistics.Of(rows, defaults.NumberBins?.Bins ?? 0, options.Threads);
        bool standardizes = rows.IsWideSparse || defaults.ReadsSparse; // quartiles say nothing about slots that are mostly 0
        var network = DefaultNetwork.Design(defaults, features, statistics, indicatesMissing: options.ScaleFeatures && !standardizes);
        Layer? scaling = !options.ScaleFeatures ? null : standardizes ? Layer.Standardize : Layer.RobustScale;
        var layout = new NetworkLayout(network.WithInput(scaling, OutputLayers.After(network.Body, outputs, options, task, defaults.ReadsSparse)), rows.Width);

        float[] buffers = NetworkInitializer.InitializeBuffers(layout, seed);
        var scale = layout.InputScaling is { } start ? FillScaling(data, network, statistics, standardizes, start.Center(buffers), start.Scale(buffers)) : null;
        network.FillBins(statistics, layout, scale, buffers);
        return new NetworkDesign(layout, buffers) { Categories = network.Categories, FeatureWidths = options.EnsembleSize > 1 ? network.FeatureWidths : [] };
    }

    /// <summary>Sets the values of the input scaling; returns it as a function of slot and value.</summary>
    private static Func<int, float, float> FillScaling(LoadedRows data, DefaultNetwork network, RobustStatistics robust, bool standardizes, Memory<float> center, Memory<float> scale)
    {
        if (!standardizes)
        {
            network.FillScaling(robust, center.Span, scale.Span);
            return (slot, value) => RobustScaleLayer.Apply(value, center.Span[slot], scale.Span[slot]);
        }

        var statistics = data.Rows.IsSparse ? data.SparseStatistics : data.Statistics;
        statistics.Mean.CopyTo(center);
        statistics.InverseDeviation.CopyTo(scale);
        return (slot, value) => StandardizeLayer.Apply(value, center.Span[slot], scale.Span[slot]);
    }
}
