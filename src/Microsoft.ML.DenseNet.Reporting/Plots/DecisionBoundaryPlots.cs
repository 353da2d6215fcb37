using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Pictures of what a classifier predicts at each point of a plane.</summary>
public static class DecisionBoundaryPlots
{
    private const int Columns = 160;

    /// <summary>The number of colour strengths; more could not be distinguished.</summary>
    private const int Levels = 6;

    /// <summary>Plots the likelier class at each point of the plane of two features, in a stronger colour where it is surer, with the data on top.</summary>
    /// <param name="model">A model of two features.</param>
    /// <param name="data">Data with label and features, for example what the model was trained on.</param>
    /// <param name="labelColumnName">The label column.</param>
    /// <param name="featureColumnName">The feature column, of two values.</param>
    /// <param name="classNames">Names for the classes; null for those of the label.</param>
    public static Picture PlotDecisionBoundary(this DenseNetBinaryModelParameters model, IDataView data, string labelColumnName = "Label", string featureColumnName = "Features", IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PlotDecisionBoundary(model.Network, DatasetSummary.Read(data, labelColumnName, featureColumnName).Named(classNames));
    }

    /// <inheritdoc cref="PlotDecisionBoundary(DenseNetBinaryModelParameters, IDataView, string, string, IReadOnlyList{string})"/>
    public static Picture PlotDecisionBoundary(this DenseNetMulticlassModelParameters model, IDataView data, string labelColumnName = "Label", string featureColumnName = "Features", IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return PlotDecisionBoundary(model.Network, DatasetSummary.Read(data, labelColumnName, featureColumnName).Named(classNames));
    }

    private static Picture PlotDecisionBoundary(TrainedNetwork network, DatasetSummary data)
    {
        if (network.Layout.InputWidth != 2 || data.Features.Count != 2)
            throw new ArgumentException($"A decision boundary is drawn in the plane of two features; the model reads {network.Layout.InputWidth}, the data has {data.Features.Count}.", nameof(data));
        if (data.ClassNames.Count == 0)
            throw new ArgumentException("The label is a number; a decision boundary lies between classes.", nameof(data));
        return new Picture($"Predicted class by {data.Features[0].Name} and {data.Features[1].Name}.", 600, 480, style => BoundaryFigure(network, data, style)) { NarrowHeight = 400 };
    }

    private static Figure BoundaryFigure(TrainedNetwork network, DatasetSummary data, FigureStyle style)
    {
        var theme = style.Theme;
        var x = LinearScale.Of(data.SampleFeatures.Select(row => (double)row[0]));
        var y = LinearScale.Of(data.SampleFeatures.Select(row => (double)row[1]));
        var panel = new ChartPanel(theme, x, y, data.Features[0].Name, data.Features[1].Name);
        float[] prediction = new float[network.Layout.OutputWidth];
        double threshold = 1 / (1 + Math.Exp(-network.Threshold)); // as a probability
        panel.Ground(Columns, (first, second) =>
        {
            var (best, level) = Judge((float)first, (float)second);
            return SeriesLook.Color(theme, best).WithAlpha(0.06 + 0.34 * level / (Levels - 1));
        });

        float[] Probabilities(float[] features)
        {
            network.Predict(features, prediction);
            return network.Task == LearningTask.BinaryClassification ? [1 - prediction[0], prediction[0]] : prediction;
        }

        // The threshold of a binary network decides its class.
        int Predicted(float[] features, float[] probabilities) => network.PredictClass(features).Index is >= 0 and var best ? best : TensorPrimitives.IndexOfMax(probabilities);

        (int Class, int Level) Judge(float first, float second)
        {
            float[] probabilities = Probabilities([first, second]);
            int best = Predicted([first, second], probabilities);
            double chance = network.Task != LearningTask.BinaryClassification ? 1.0 / probabilities.Length : best == 1 ? threshold : 1 - threshold;
            return (best, (int)Math.Clamp((probabilities[best] - chance) / (1 - chance) * Levels, 0, Levels - 1));
        }

        var classes = data.SampleLabels.Select(label => (int)label).Distinct().Order().ToList();
        foreach (int number in classes)
        {
            var points = data.SampleFeatures.Zip(data.SampleLabels).Where(row => (int)row.Second == number).Select(row => ((double)row.First[0], (double)row.First[1])).ToList();
            panel.Points(points, theme.Paper, SeriesLook.Shape(number), 8.5f);
            panel.Points(points, SeriesLook.Color(theme, number), SeriesLook.Shape(number), 6.5f);
        }

        foreach (var (features, label) in data.SampleFeatures.Zip(data.SampleLabels))
        {
            float[] probabilities = Probabilities(features);
            int best = Predicted(features, probabilities);
            panel.Mark(features[0], features[1], $"{data.Features[0].Name} {NumberText.Value(features[0])}\n{data.Features[1].Name} {NumberText.Value(features[1])}\nTrue: {data.ClassNames[(int)label]}\nPredicted: {data.ClassNames[best]}, {NumberText.Percent(probabilities[best])}");
        }

        return new Figure
        {
            Title = "Decision boundary",
            Subtitle = $"Ground: the {(network.Threshold == 0 ? "likelier" : "predicted")} class, the stronger the surer; markers: the data's own classes",
            Legend = [.. classes.Select(number => new LegendEntry(data.ClassNames[number], SeriesLook.Color(theme, number), SeriesLook.Shape(number)))],
            Panels = [panel],
        };
    }
}
