namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A network is input scaling, body and output stage; each is found wherever it is, and nowhere else.</summary>
[TestClass]
public sealed class NetworkPartsTests
{
    private static readonly Layer[] Body = [Layer.Linear(4), Layer.HardTanh(), Layer.Linear(1)];

    [TestMethod]
    public void PartsAreFound()
    {
        foreach (var scaling in new[] { null, Layer.Standardize, Layer.RobustScale })
        {
            foreach (Layer[] stage in new Layer[][] { [], [Layer.Exp], [Layer.Destandardize], [Layer.HardTanh(-2, 3), Layer.Destandardize] })
            {
                var layout = new NetworkLayout(Layer.Sequential([.. scaling is null ? Array.Empty<Layer>() : [scaling], .. Body, .. stage]), 3);
                Assert.AreEqual(scaling, layout.InputScaling?.Layer);
                CollectionAssert.AreEqual(Body, layout.Body.Select(node => node.Layer).ToArray());
                CollectionAssert.AreEqual(stage, (layout.OutputStage?.Nodes ?? []).Select(node => node.Layer).ToArray());
                CollectionAssert.AreEqual(layout.Root.Children.Skip(scaling is null ? 0 : 1).ToArray(), layout.AfterScaling.ToArray());
                Assert.AreEqual(stage is [.., ActivationLayer { Function: ActivationFunction.Exp }], layout.OutputStage is { TakesExponential: true });
                Assert.AreEqual(stage is [.., DestandardizeLayer], layout.OutputStage is { Destandardizes: true });
                Assert.AreEqual(stage.Length == 2 ? (-2f, 3f) : ((float, float)?)null, layout.OutputStage?.Range);
                Assert.AreEqual(new NetworkLayout(NetworkComposer.Compose(scaling, Body), 3).Layer, NetworkComposer.WithoutOutputStage(layout));
                Assert.AreEqual(layout.Layer, NetworkComposer.Append(new NetworkLayout(NetworkComposer.WithoutOutputStage(layout), 3), stage));
            }
        }
    }

    [TestMethod]
    public void AScalingOrAClampInsideIsPartOfTheBody()
    {
        foreach (var layer in new[] { Layer.Sequential(Layer.Linear(3), Layer.Standardize), Layer.Sequential(Layer.Sequential(Layer.Standardize), Layer.HardTanh()), Layer.Concat(Layer.Standardize), Layer.Standardize })
        {
            var layout = new NetworkLayout(layer, 3);
            Assert.IsNull(layout.InputScaling);
            Assert.IsNull(layout.OutputStage);
            Assert.HasCount(layer is SequentialLayer ? 2 : 1, layout.Body);
        }
    }

    [TestMethod]
    public void ValuesOfThePartsAreTheirOwn()
    {
        var layout = new NetworkLayout(Layer.Sequential(Layer.RobustScale, Layer.BatchNorm(), Layer.Linear(1), Layer.Destandardize), 2);
        float[] buffers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
        CollectionAssert.AreEqual(new float[] { 1, 2 }, layout.InputScaling!.Center(buffers).ToArray());
        CollectionAssert.AreEqual(new float[] { 3, 4 }, layout.InputScaling.Scale(buffers).ToArray());
        Assert.AreEqual(4, layout.InputScaling.BufferCount);
        Assert.AreEqual((9f, 10f), layout.OutputStage!.Standardization(buffers));
    }

    [TestMethod]
    public void MembersAreThoseOfTheBody()
    {
        var ensemble = EnsembleNetwork.Of(Layer.Sequential(Layer.Linear(2)), 5, 1, MeanKind.Exponentials);
        Assert.AreEqual(5, new NetworkLayout(ensemble, 2).Members);
        Assert.AreEqual(5, new NetworkLayout(NetworkComposer.Compose(Layer.Standardize, ensemble, Layer.Exp), 2).Members);
        Assert.AreEqual(1, new NetworkLayout(Layer.Linear(1), 2).Members);
    }
}
