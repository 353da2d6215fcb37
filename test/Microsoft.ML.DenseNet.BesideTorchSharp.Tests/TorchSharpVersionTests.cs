using System.Reflection;
using Microsoft.ML.TorchSharp;
using TorchSharp;

namespace Microsoft.ML.DenseNet.BesideTorchSharp.Tests;

/// <summary>Both libraries get one TorchSharp, newer than the one that Microsoft.ML.TorchSharp was built against.</summary>
[TestClass]
public sealed class TorchSharpVersionTests
{
    private const int FirstMember = 0x0A000001;

    private static readonly Assembly Theirs = typeof(TorchSharpCatalog).Assembly;

    [TestMethod]
    public void One_TorchSharp_is_loaded_for_both()
    {
        Assert.AreEqual(new Version(0, 102, 7, 0), VersionThatIsAskedFor(Theirs));
        Assert.AreEqual(new Version(0, 107, 0, 0), VersionThatIsAskedFor(typeof(DenseNetBinaryTrainer).Assembly));

        // Both run torch code before the loaded assemblies are counted.
        using var focal = new Microsoft.ML.TorchSharp.Loss.FocalLoss();
        var rows = Rows.Binary(new MLContext(seed: 1));
        Rows.Train(rows);
        var loaded = AppDomain.CurrentDomain.GetAssemblies().Where(assembly => IsTorchSharp(assembly.GetName())).ToArray();
        Assert.AreSame(typeof(torch).Assembly, loaded.Single());
        Assert.AreEqual(new Version(0, 107, 0, 0), loaded[0].GetName().Version);
    }

    [TestMethod]
    public void Of_the_members_that_Microsoft_ML_TorchSharp_uses_one_is_gone()
    {
        // Its version of this method has a parameter fewer. Whoever sees another result here updates docs/beside-microsoft-ml-torchsharp.md.
        string missing = MissingMembers(Theirs).Single();
        Assert.Contains("functional.interpolate(", missing);
    }

    [TestMethod]
    public void Of_the_members_that_ImageAnalytics_uses_SkiaSharp_3_lacks_one()
    {
        string missing = MissingMembers(typeof(Microsoft.ML.Data.MLImage).Assembly).Single();
        Assert.Contains("SKBitmap.GetPixelSpan()", missing);
    }

    private static Version VersionThatIsAskedFor(Assembly assembly) => assembly.GetReferencedAssemblies().Single(IsTorchSharp).Version!;

    private static bool IsTorchSharp(AssemblyName name) => name.Name == "TorchSharp";

    /// <summary>What the runtime says of each member reference of an assembly that it cannot resolve.</summary>
    private static IEnumerable<string> MissingMembers(Assembly assembly)
    {
        // Stand-ins for the type parameters of generic code; resolving does not check their constraints.
        Type[] some = [.. Enumerable.Repeat(typeof(int), 8)];
        for (int token = FirstMember; ; token++)
        {
            string? problem = null;
            try
            {
                assembly.ManifestModule.ResolveMember(token, some, some);
            }
            catch (ArgumentOutOfRangeException)
            {
                Assert.IsGreaterThan(FirstMember + 100, token, "There are hundreds of references.");
                yield break;
            }
            catch (MissingMemberException exception)
            {
                problem = exception.Message;
            }

            if (problem is not null)
                yield return problem;
        }
    }
}
