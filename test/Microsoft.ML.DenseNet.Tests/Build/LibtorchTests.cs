using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests.Build;

[TestClass]
public sealed class LibtorchTests
{
    [TestMethod]
    public void TorchRunsOnTheMachineThatBuilds()
    {
        using torch.Tensor ones = torch.ones(3);
        using torch.Tensor sum = ones.sum();
        Assert.AreEqual(3f, sum.item<float>());
    }
}
