using System.ComponentModel;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>The sample that trains alone or under mpiexec.</summary>
[TestClass]
public sealed class ClusterTests
{
    [TestMethod]
    public async Task Cluster_prints_what_its_README_shows_and_trains_the_same_model_under_mpiexec()
    {
        var sample = new Sample("Cluster");
        string alone = await sample.Run();
        ShownOutput.AssertPrinted(alone, "samples/Cluster/README.md");

        string[] together = (await UnderMpiexec("-n", "2", "dotnet", sample.Program)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("Network 1 comes from rank 0 on ", together[0]);
        Assert.StartsWith("Network 2 comes from rank 1 on ", together[1]);
        Assert.StartsWith("Trained by 2 processes: AUC ", together[2]);
        Assert.AreEqual(alone.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1], together[^1], "the model's weights");
    }

    private static async Task<string> UnderMpiexec(params string[] arguments)
    {
        try
        {
            var (_, version, _) = await DotNet.Run("mpiexec", Path.GetTempPath(), ["--version"]);
            if (!version.Contains("HYDRA", StringComparison.OrdinalIgnoreCase))
                Assert.Inconclusive($"The mpiexec of this machine is not MPICH's: {version.Split('\n')[0]}");
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("This machine has no mpiexec: install MPICH (Debian and Ubuntu: apt-get install mpich).");
        }

        var (exitCode, output, errors) = await DotNet.Run("mpiexec", Path.GetTempPath(), arguments);
        Assert.AreEqual(0, exitCode, output + errors);
        return output;
    }
}
