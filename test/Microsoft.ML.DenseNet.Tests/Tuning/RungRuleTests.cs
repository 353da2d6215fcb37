namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Which trials go on, in tables worked out by hand.</summary>
[TestClass]
public sealed class RungRuleTests
{
    [TestMethod]
    [DataRow(new double[0], true)] // the first at a rung goes on
    [DataRow(new[] { 0.4 }, false)] // one of two: a third of two is less than one, so only the best
    [DataRow(new[] { 0.6 }, true)]
    [DataRow(new[] { 0.4, 0.6, 0.7, 0.8 }, false)] // five: one goes on, and it is second
    [DataRow(new[] { 0.4, 0.6, 0.7, 0.8, 0.9 }, true)] // six: two go on
    [DataRow(new[] { 0.4, 0.45, 0.7, 0.8, 0.9 }, false)]
    [DataRow(new[] { 0.4, 0.5, 0.7, 0.8, 0.9 }, true)] // as good as the second
    [DataRow(new[] { 0.1, 0.2, 0.6, 0.7, 0.8, 0.9, 1, 1 }, true)] // nine: three go on
    [DataRow(new[] { 0.1, 0.2, 0.3, 0.7, 0.8, 0.9, 1, 1 }, false)]
    public void OneInThreeGoesOn(double[] others, bool goesOn) => Assert.AreEqual(goesOn, RungRule.GoesOn(0.5, others, 3));

    [TestMethod]
    [DataRow(new[] { 0.4, 0.6, 0.7 }, true)] // four: two go on
    [DataRow(new[] { 0.3, 0.4, 0.7 }, false)]
    [DataRow(new[] { 0.4, 0.6 }, false)] // three: one goes on
    public void OneInTwoGoesOn(double[] others, bool goesOn) => Assert.AreEqual(goesOn, RungRule.GoesOn(0.5, others, 2));
}
