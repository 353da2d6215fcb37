namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>Users' projects with the packages: training, and prediction without torch, in each way to publish them.</summary>
[TestClass]
public sealed class ConsumerTests
{
    private const double Megabyte = 1e6;

    private static string _trained = "";

    public required TestContext TestContext { get; set; }

    [ClassInitialize]
    public static void Train(TestContext context)
    {
        _trained = Directory.CreateTempSubdirectory().FullName;
        using var consumer = TrainingConsumer();
        var published = consumer.Publish(PublishKind.FrameworkDependent);
        context.WriteLine(Size("trains", PublishKind.FrameworkDependent, published));
        published.Run(_trained);
    }

    [ClassCleanup]
    public static void Delete() => Directory.Delete(_trained, recursive: true);

    [TestMethod]
    [DataRow(PublishKind.SelfContained)]
    [DataRow(PublishKind.SingleFile)]
    public void An_application_trains_the_same_model_however_it_is_published(PublishKind kind)
    {
        using var consumer = TrainingConsumer();
        var published = consumer.Publish(kind);
        Print("trains", kind, published);
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            published.Run(folder);
            Assert.AreEqual(File.ReadAllText(Path.Combine(_trained, "rows.csv")), File.ReadAllText(Path.Combine(folder, "rows.csv")));
            Assert.IsGreaterThan(1000, new FileInfo(Path.Combine(folder, "loss.png")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DataRow(PublishKind.FrameworkDependent, 10)]
    [DataRow(PublishKind.SelfContained, 100)]
    [DataRow(PublishKind.SingleFile, 100)]
    public void An_application_with_ML_NET_predicts_without_torch(PublishKind kind, int megabytes) =>
        PredictsTheSame("Scoring", kind, megabytes);

    [TestMethod]
    [DataRow(PublishKind.FrameworkDependent, 2)]
    [DataRow(PublishKind.SelfContained, 95)]
    [DataRow(PublishKind.SingleFile, 95)]
    public void An_application_without_ML_NET_predicts_without_torch(PublishKind kind, int megabytes) =>
        PredictsTheSame("Networks", kind, megabytes);

    private static Consumer TrainingConsumer() => new(
        "Training",
        (Settings.PackageId, Settings.PackageVersion),
        ($"{Settings.PackageId}.Reporting", Settings.PackageVersion),
        (Settings.LibtorchPackage, Settings.LibtorchVersion));

    private void PredictsTheSame(string package, PublishKind kind, int megabytes)
    {
        using var consumer = new Consumer(package, ($"{Settings.PackageId}.{package}", Settings.PackageVersion));
        var published = consumer.Publish(kind);
        Print(package, kind, published);
        Assert.IsFalse(published.HasTorch);
        Assert.IsLessThan(megabytes * Megabyte, published.Size);

        string[] expected = [.. File.ReadLines(Path.Combine(_trained, "rows.csv")).Select(line => line.Split(',')[^1])];
        CollectionAssert.AreEqual(expected, published.Run(_trained).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void Print(string application, PublishKind kind, Publication published) => TestContext.WriteLine(Size(application, kind, published));

    private static string Size(string application, PublishKind kind, Publication published) =>
        $"{application}, {kind}: {published.Size / Megabyte:F1} MB in {published.Files.Count} files";
}
