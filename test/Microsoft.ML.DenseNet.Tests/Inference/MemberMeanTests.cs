using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Means of members that are far apart, where the plain formula fails.</summary>
[TestClass]
public sealed class MemberMeanTests
{
    [TestMethod]
    // ln((σ(a) + σ(b)) / (σ(−a) + σ(−b))), which for a = −b is 0, and for two large a is ln 2 less than the smaller plus what the other adds.
    [DataRow(nameof(MeanKind.Probabilities), new[] { 100f, -100f }, new[] { 0.0 })]
    [DataRow(nameof(MeanKind.Probabilities), new[] { 100f, 100f }, new[] { 100.0 })]
    [DataRow(nameof(MeanKind.Probabilities), new[] { -1e4f, -1e4f }, new[] { -1e4 })]
    [DataRow(nameof(MeanKind.Probabilities), new[] { 200f, 80f }, new[] { 80.69314718 })]
    [DataRow(nameof(MeanKind.Probabilities), new[] { -200f, -80f }, new[] { -80.69314718 })]
    [DataRow(nameof(MeanKind.Exponentials), new[] { 1000f, 0f }, new[] { 999.30685282 })]
    [DataRow(nameof(MeanKind.Exponentials), new[] { -500f, -500f }, new[] { -500.0 })]
    [DataRow(nameof(MeanKind.ClassProbabilities), new[] { 1000f, 0f, 0f, 1000f }, new[] { -0.69314718, -0.69314718 })]
    [DataRow(nameof(MeanKind.ClassProbabilities), new[] { 500f, 0f, 500f, 0f }, new[] { 0.0, -500.0 })]
    [DataRow(nameof(MeanKind.Outputs), new[] { 3f, -1f, 5f, 2f }, new[] { 4.0, 0.5 })]
    public void NothingOverflowsOrVanishes(string mean, float[] members, double[] expected)
    {
        var layout = new NetworkLayout(new MemberMeanLayer(2, Enum.Parse<MeanKind>(mean)), members.Length);
        float[] managed = new float[expected.Length];
        NetworkProgram.Compile(layout, [], []).Run(members, managed);

        using var scope = torch.NewDisposeScope();
        float[] trained = new TorchNetwork(layout, torch.CPU, seed: 0).Forward(torch.tensor(members, [1, members.Length]), training: false).data<float>().ToArray();
        using var run = new OnnxRun(OnnxModels.Export(layout, [], []));
        float[] exported = run.Run<float>("Score", members, 1);
        for (int i = 0; i < expected.Length; i++)
        {
            foreach (var (reader, value) in new[] { ("managed", managed[i]), ("torch", trained[i]), ("ONNX", exported[i]) })
                Assert.AreEqual(expected[i], value, 1e-6 * Math.Max(1, Math.Abs(expected[i])), $"{reader}, output {i}");
        }
    }

    [TestMethod]
    public void WhileTrainingAllMembersComeThrough()
    {
        using var scope = torch.NewDisposeScope();
        float[] members = [1, 2, 3, 4];
        var network = new TorchNetwork(new NetworkLayout(new MemberMeanLayer(2, MeanKind.Probabilities), 4), torch.CPU, seed: 0);
        CollectionAssert.AreEqual(members, network.Forward(torch.tensor(members, [1, 4]), training: true).data<float>().ToArray());
    }

    [TestMethod]
    public void AWidthThatMembersCannotShareIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => new NetworkLayout(Layer.Sequential(Layer.Linear(7), new EnsembleLinearLayer(3, 2, true, MemberScaling.Ones)), 5));
        StringAssert.Contains(error.Message, "Layer '1' (EnsembleLinear(3, 2, Ones)) reads 7 units, which 3 members cannot share");
    }
}
