namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Layer expressions: equality, text, limits and settings.</summary>
[TestClass]
public sealed class LayerTests
{
    public static IEnumerable<object[]> Texts =>
    [
        [Layer.Linear(8), "Linear(8)"],
        [Layer.Linear(8, bias: false), "Linear(8, bias: false)"],
        [Layer.ReLU, "ReLU"],
        [Layer.LeakyReLU(), "LeakyReLU(0.01)"],
        [Layer.ELU(0.5f), "ELU(0.5)"],
        [Layer.Softplus(), "Softplus(1, 20)"],
        [Layer.HardTanh(-2f, 3f), "HardTanh(-2, 3)"],
        [Layer.PReLU(), "PReLU(perUnit: False, 0.25)"],
        [Layer.Dropout(0.1f), "Dropout(0.1)"],
        [Layer.BatchNorm(), "BatchNorm(1E-05, 0.1)"],
        [Layer.LayerNorm(), "LayerNorm(1E-05)"],
        [Layer.Standardize, "Standardize"],
        [Layer.Sequential(), "Sequential()"],
        [
            Layer.Sequential(Layer.Linear(8), Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Concat(Layer.Identity, Layer.Linear(4)), Layer.Residual(Layer.Linear(12))),
            "Sequential(Linear(8), Sum(ReLU, Tanh), Concat(Identity, Linear(4)), Residual(Linear(12)))",
        ],
    ];

    [TestMethod]
    [DynamicData(nameof(Texts))]
    public void Text_is_the_expression(Layer layer, string text) => Assert.AreEqual(text, layer.ToString());

    [TestMethod]
    public void Layers_are_equal_when_they_describe_the_same_network()
    {
        Assert.AreEqual(Network(8, 0.1f), Network(8, 0.1f));
        Assert.AreEqual(Network(8, 0.1f).GetHashCode(), Network(8, 0.1f).GetHashCode());
        Assert.AreNotEqual(Network(8, 0.1f), Network(9, 0.1f));
        Assert.AreNotEqual(Network(8, 0.1f), Network(8, 0.2f));
        Assert.AreNotEqual<Layer>(Layer.ReLU, Layer.Tanh);
        Assert.AreNotEqual(Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Concat(Layer.ReLU, Layer.Tanh));
        Assert.AreNotEqual(Layer.Sum(Layer.ReLU, Layer.Tanh), Layer.Sum(Layer.Tanh, Layer.ReLU));
        Assert.AreNotEqual(Layer.Sequential(Layer.ReLU), Layer.Sequential(Layer.ReLU, Layer.ReLU));
        Assert.AreNotEqual(Layer.LeakyReLU(0.1f), Layer.ELU(0.1f));

        static Layer Network(int units, float dropout) =>
            Layer.Sequential(Layer.Linear(units), Layer.PReLU(), Layer.Residual(Layer.Sequential(Layer.Dropout(dropout), Layer.Linear(units))));
    }

    [TestMethod]
    public void Changing_the_list_afterwards_changes_no_layer()
    {
        var layers = new List<Layer> { Layer.Linear(3), Layer.ReLU };
        var sequence = Layer.Sequential(layers);
        layers.Clear();
        Assert.AreEqual("Sequential(Linear(3), ReLU)", sequence.ToString());
    }

    [TestMethod]
    public void Nesting_is_accepted_to_the_limit_and_refused_beyond()
    {
        var sequence = Nest(Layer.MaximumDepth - 1, inner => Layer.Sequential(inner));
        Assert.AreEqual(5, new NetworkLayout(sequence, 5).OutputWidth);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Layer.Sequential(sequence)).Message, "nested 65 deep; at most 64");

        var residual = Nest(Layer.MaximumDepth - 1, Layer.Residual);
        Assert.AreEqual(5, new NetworkLayout(residual, 5).OutputWidth);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Layer.Residual(residual)).Message, "nested 65 deep; at most 64");

        static Layer Nest(int levels, Func<Layer, Layer> wrap)
        {
            var layer = Layer.ReLU;
            for (int i = 0; i < levels; i++)
                layer = wrap(layer);
            return layer;
        }
    }

    [TestMethod]
    public void Settings_outside_their_range_are_refused_by_name()
    {
        Refuses(() => Layer.Linear(0), "units");
        Refuses(() => Layer.Linear(Layer.MaximumUnits + 1), "units");
        Refuses(() => Layer.LeakyReLU(float.NaN), "negativeSlope");
        Refuses(() => Layer.ELU(float.NaN), "alpha");
        Refuses(() => Layer.Softplus(0f), "beta");
        Refuses(() => Layer.Softplus(threshold: float.NaN), "threshold");
        Refuses(() => Layer.HardTanh(maximum: float.NaN), "maximum");
        Refuses(() => Layer.HardTanh(1f, 1f), "minimum");
        Refuses(() => Layer.PReLU(initialSlope: float.PositiveInfinity), "initialSlope");
        Refuses(() => Layer.Dropout(1f), "probability");
        Refuses(() => Layer.Dropout(-0.1f), "probability");
        Refuses(() => Layer.BatchNorm(epsilon: 0f), "epsilon");
        Refuses(() => Layer.BatchNorm(momentum: 1.5f), "momentum");
        Refuses(() => Layer.LayerNorm(-1f), "epsilon");
        Refuses(() => new NetworkLayout(Layer.ReLU, 0), "inputWidth");

        static void Refuses(Func<object> make, string setting) =>
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(make).ParamName);
    }

    [TestMethod]
    public void Missing_layers_are_refused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Layer.Sequential(Layer.ReLU, null!)).Message, "position 1");
        Assert.ThrowsExactly<ArgumentNullException>(() => Layer.Sequential((IEnumerable<Layer>)null!));
        Assert.ThrowsExactly<ArgumentNullException>(() => Layer.Residual(null!));
        Assert.ThrowsExactly<ArgumentException>(() => Layer.Sum());
        Assert.ThrowsExactly<ArgumentException>(() => Layer.Concat());
        Assert.ThrowsExactly<ArgumentNullException>(() => new NetworkLayout(null!, 1));
    }
}
