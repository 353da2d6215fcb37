using System.Reflection;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The library prints nothing, and makes libtorch print nothing: seen from outside, for libtorch writes past .NET's console.</summary>
[TestClass]
public sealed class SilenceTests
{
    [TestMethod]
    public async Task TrainingPrintsNothing()
    {
        using var folder = new TemporaryFolder();
        string report = Path.Combine(folder.FullName, "report");
        var result = await TrainingHostProcess.Run(["--everything", report]);
        Assert.AreEqual("", result.Errors);
        Assert.AreEqual("", result.Output);
        Assert.AreEqual(0, result.ExitCode);

        string[] done = File.ReadAllLines(report);
        foreach (var (factory, product) in new[] { (typeof(Optimizers), typeof(Optimizer)), (typeof(Losses), typeof(Loss)), (typeof(Layer), typeof(Layer)) })
        {
            foreach (var member in factory.GetMembers(BindingFlags.Public | BindingFlags.Static).Where(member => member is PropertyInfo { PropertyType: var type } && type == product || member is MethodInfo { IsSpecialName: false, ReturnType: var made } && made == product))
                CollectionAssert.Contains(done, $"{factory.Name}.{member.Name}");
        }
    }
}
