namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed class AxisTests
{
    [TestMethod]
    [DataRow(0.69312, 0.693147)]
    [DataRow(0.5, 0.500000001)]
    [DataRow(1.76e9, 1.81e9)]
    [DataRow(1e30, 1.5e30)]
    [DataRow(-1e-12, 3e-12)]
    [DataRow(-2.9, 3.4)]
    [DataRow(-1.98, 1.97)]
    [DataRow(999_999, 1_000_001)]
    [DataRow(0, 0.0)]
    [DataRow(16_777_216, 16_777_217)]
    public void Ticks_are_two_or_more_and_told_apart(double minimum, double maximum)
    {
        var scale = new LinearScale(minimum, maximum);
        for (int count = 1; count <= 9; count++)
        {
            var ticks = scale.Ticks(count);
            Assert.IsGreaterThanOrEqualTo(2, ticks.Count);
            CollectionAssert.AllItemsAreUnique(ticks.Select(tick => tick.Label).ToArray(), string.Join(" ", ticks));
            Assert.IsTrue(ticks.All(tick => tick.Place >= scale.Start - 1e-9 && tick.Place <= scale.End * (1 + Math.Sign(scale.End) * 1e-9) + 1e-9));
        }
    }

    [TestMethod]
    [DataRow(new[] { 0.693135, 0.69314 }, 5e-6, new[] { "0.693135", "0.693140" })]
    [DataRow(new[] { 1.76e9, 1.78e9 }, 2e7, new[] { "1.76e9", "1.78e9" })]
    [DataRow(new[] { 0.0, 200_000 }, 2e5, new[] { "0", "200,000" })]
    [DataRow(new[] { -2.0, 0, 2 }, 2.0, new[] { "-2", "0", "2" })]
    public void Labels_have_the_digits_that_they_need(double[] values, double step, string[] expected) =>
        CollectionAssert.AreEqual(expected, NumberText.Ticks(values, step).ToArray());

    [TestMethod]
    [DataRow(2.1, 4.9)]
    [DataRow(0.2, 300)]
    public void A_logarithmic_axis_too_has_two_or_more(double minimum, double maximum) =>
        Assert.IsGreaterThanOrEqualTo(2, new LogScale(minimum, maximum).Ticks(5).Count);

    [TestMethod]
    public void Nothing_is_minus_zero() => Assert.AreEqual("0 %", NumberText.Percent(-1e-5));
}
