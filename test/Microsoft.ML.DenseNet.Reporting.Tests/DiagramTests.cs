using Microsoft.ML.DenseNet.Tests;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Every kind of layer is drawn, under its own name.</summary>
[TestClass]
public sealed class DiagramTests
{
    [TestMethod]
    public void EveryKindOfLayerHasABlockWithItsName()
    {
        foreach (var layer in LayerSamples.All.Where(layer => layer.Role != LayerRole.Combinator && layer != Layer.Identity))
        {
            var figure = Draw(layer);
            Assert.HasCount(1, figure.Marks.Where(mark => mark.Text.StartsWith($": {layer}\n", StringComparison.Ordinal)), $"{layer}");
            Assert.HasCount(1, figure.Svg.Texts.Where(text => text.Text.StartsWith(layer.Kind, StringComparison.Ordinal)), $"{layer}");
        }
    }

    [TestMethod]
    public void CombinatorsShowHowPathsComeTogether()
    {
        foreach (var (layer, name) in new[] { (Layer.Sum(Layer.ReLU, Layer.Tanh), "Sum of 2"), (Layer.Concat(Layer.ReLU, Layer.Tanh), "Concat of 2"), (Layer.Residual(Layer.ReLU), "Residual") })
            Assert.HasCount(1, Draw(layer).Marks.Where(mark => mark.Text.StartsWith(name, StringComparison.Ordinal)), $"{layer}");
    }

    [TestMethod]
    public void AScalingHasABlockToItself()
    {
        // An activation shares the block of the layer before it; what brings features or targets to another scale does not.
        foreach (var layer in LayerSamples.All.Where(layer => layer.IsElementwise && layer.Role is LayerRole.Scaling or LayerRole.Activation && layer != Layer.Identity))
        {
            bool isShared = layer.Role == LayerRole.Activation;
            var marks = Draw(Layer.Sequential(Layer.Linear(4), layer, Layer.Linear(2))).Marks;
            Assert.HasCount(isShared ? 0 : 1, marks.Where(mark => mark.Text.StartsWith($"1: {layer}\n", StringComparison.Ordinal)), $"{layer}");
            Assert.HasCount(isShared ? 1 : 0, marks.Where(mark => mark.Text.StartsWith($"0: Linear(4)\n1: {layer}\n", StringComparison.Ordinal)), $"{layer}");
        }

        var first = Draw(Layer.Sequential(Layer.RobustScale, Layer.ReLU)).Marks;
        Assert.HasCount(1, first.Where(mark => mark.Text.StartsWith("0: RobustScale\n", StringComparison.Ordinal) && !mark.Text.Contains("ReLU", StringComparison.Ordinal)));
    }

    private static RenderedFigure Draw(Layer layer) => new NetworkLayout(layer, LayerSamples.Inputs).PlotArchitecture().Render(new PictureOptions());
}
