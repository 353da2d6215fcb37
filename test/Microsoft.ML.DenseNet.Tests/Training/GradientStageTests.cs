namespace Microsoft.ML.DenseNet.Tests;

/// <summary>When the gradient of the last layers is final, while that of earlier ones is still to be computed.</summary>
[TestClass]
public sealed class GradientStageTests
{
    [TestMethod]
    public unsafe void StagesEndWhereNothingIsLeftToCompute()
    {
        // Three Linears of 4 x 8, 8 x 8 and 8 x 1 weights, with biases: their parameters end at 40, 112 and 121.
        var layout = new NetworkLayout(Layer.Sequential(Layer.Linear(8), Layer.ReLU, Layer.Linear(8), Layer.ReLU, Layer.Linear(1)), 4);
        float[] values = new float[layout.ParameterCount];
        using var team = new WorkTeam(1);
        fixed (float* start = values)
        {
            using var program = BackpropagationProgram.Compile(layout.AfterScaling, 4, start, start, null, 10, holdsBatch: false, team, 1);
            CollectionAssert.AreEqual(new[] { 112, 40, 0 }, program.StagesOf(1).Select(stage => stage.From).ToArray());
            CollectionAssert.AreEqual(new[] { 40, 0 }, program.StagesOf(50).Select(stage => stage.From).ToArray());
            CollectionAssert.AreEqual(new[] { 0 }, program.StagesOf(1 << 16).Select(stage => stage.From).ToArray());
            Assert.AreEqual(program.StagesOf(1 << 16)[0].Parts, program.StagesOf(1)[^1].Parts);
        }
    }
}
