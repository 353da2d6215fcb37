using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Intervals, quantiles and sets of classes in model files: they come back as they were, and what does not fit is refused as damaged.</summary>
[TestClass]
public sealed class UncertaintyFileTests
{
    [TestMethod]
    public void They_come_back_as_they_were()
    {
        var intervals = Again(UncertainNetworks.Intervals).Signature.Intervals!;
        CollectionAssert.AreEqual(new[] { 0.8, 0.95 }, intervals.Coverages.ToArray());
        CollectionAssert.AreEqual(new[] { 1.5f, 2.25f }, intervals.Factors.ToArray());
        Bits.AreEqual(UncertainNetworks.Intervals.IntervalScale!.Parameters.Span, intervals.Scale!.Parameters.Span, "the scale's values");
        Assert.AreEqual(UncertainNetworks.Intervals.IntervalScale.Layout.Layer, intervals.Scale.Layout.Layer);
        Assert.IsNull(intervals.Quantiles);

        var quantiles = Again(UncertainNetworks.Quantiles);
        CollectionAssert.AreEqual(new[] { 0.05, 0.5, 0.95 }, quantiles.Quantiles.ToArray());
        CollectionAssert.AreEqual(new[] { (0, 2) }, quantiles.Signature.Intervals!.Quantiles!.ToArray());
        CollectionAssert.AreEqual(new[] { -0.125f }, quantiles.Signature.Intervals.Factors.ToArray());
        Assert.AreEqual(new SetRule(0.9, 0.75f), Again(UncertainNetworks.Sets).Signature.Sets);
    }

    [TestMethod]
    public void Every_copy_of_a_network_keeps_them()
    {
        Assert.AreSame(UncertainNetworks.Intervals.Signature.Intervals, UncertainNetworks.Intervals.Quantize().Signature.Intervals);
        Assert.AreEqual(0.9, UncertainNetworks.Sets.Quantize().SetCoverage);
    }

    [TestMethod]
    [DataRow("[0.8,0.95]", "[0.95,0.8]", "a coverage of intervals is 0.8; they must ascend between 0 and 1")]
    [DataRow("[0.8,0.95]", "[0.8,1]", "a coverage of intervals is 1")]
    [DataRow("[0.8,0.95]", "[0.8]", "intervals have 1 coverages and 2 factors")]
    [DataRow("[0.8,0.95]", "[]", "intervals have 0 coverages")]
    [DataRow("[0.8,0.95]", "[0.8,\"x\"]", "'coverages' holds something else than numbers")]
    [DataRow("[1.5,2.25]", "[1.5,-2.25]", "a factor of intervals is -2.25")]
    [DataRow("[1.5,2.25]", "[1.5,1e300]", "a factor of intervals is")]
    [DataRow("\"values\":\"", "\"values\":\"*", "is not numbers in base 64")]
    [DataRow("\"values\":\"", "\"values\":\"AAAAAAAAAAAAAAAA", "values where its network asks for")]
    [DataRow("\"scale\":{", "\"scale\":{\"more\":1,", "fields that this format version does not know")]
    [DataRow("\"scale\":{\"inputWidth\":3", "\"scale\":{\"inputWidth\":0", "does not fit together")]
    public void Intervals_that_do_not_fit_are_refused(string from, string to, string message) => AssertRefused(UncertainNetworks.Intervals, from, to, message);

    [TestMethod]
    [DataRow("\"quantiles\":[0.05,0.5,0.95]", "\"quantiles\":[0.05,0.95,0.5]", "they must ascend between 0 and 1")]
    [DataRow("\"quantiles\":[0.05,0.5,0.95]", "\"quantiles\":[0.05,0.95]", "there are 2 quantiles for Regression with 3 outputs")]
    [DataRow("\"quantiles\":[0.05,0.5,0.95]", "\"quantiles\":7", "'quantiles' is not an array")]
    [DataRow("\"upperOutputs\":[2]", "\"upperOutputs\":[3]", "intervals of quantiles name outputs that a network of 3 does not have")]
    [DataRow("\"upperOutputs\":[2]", "\"upperOutputs\":[0]", "intervals of quantiles name outputs")]
    [DataRow("\"upperOutputs\":[2]", "\"upperOutputs\":[]", "intervals of quantiles name outputs")]
    [DataRow("\"upperOutputs\":[2]", "\"upperOutputs\":[1.5]", "'upperOutputs' holds 1.5, which is no output")]
    [DataRow("\"upperOutputs\":[2]", "\"upperOutputs\":2", "'upperOutputs' is not an array")]
    public void Quantiles_that_do_not_fit_are_refused(string from, string to, string message) => AssertRefused(UncertainNetworks.Quantiles, from, to, message);

    [TestMethod]
    [DataRow("\"limit\":0.75", "\"limit\":1.5", "a limit of 1.5; it must be from 0 to 1")]
    [DataRow("\"limit\":0.75", "\"limit\":-0.1", "a limit of -0.1")]
    [DataRow("\"coverage\":0.9", "\"coverage\":null", "a coverage of NaN")]
    [DataRow("\"coverage\":0.9", "\"coverage\":1", "a coverage of 1")]
    [DataRow("\"coverage\":0.9,", "", "has no field 'coverage'")]
    public void Sets_that_do_not_fit_are_refused(string from, string to, string message) => AssertRefused(UncertainNetworks.Sets, from, to, message);

    private static TrainedNetwork Again(TrainedNetwork network) => ModelFileBuilder.Load(ModelFileBuilder.Save(network));

    private static void AssertRefused(TrainedNetwork network, string from, string to, string message)
    {
        string header = Encoding.UTF8.GetString(NetworkHeader.Of(network).ToJson().Span);
        Assert.Contains(from, header);
        var refusal = Assert.ThrowsExactly<FormatException>(() => NetworkHeader.FromJson(Encoding.UTF8.GetBytes(header.Replace(from, to, StringComparison.Ordinal))));
        Assert.Contains(message, refusal.Message);
    }
}
