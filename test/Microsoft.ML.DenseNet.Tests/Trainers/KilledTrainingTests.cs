using System.Globalization;
using Microsoft.ML.DenseNet.TrainingHost;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A process that is killed while it trains, and another that goes on.</summary>
[TestClass]
public sealed class KilledTrainingTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(9)]
    [DataRow(23)]
    public async Task AnotherProcessGoesOnToTheSameModel(int epoch)
    {
        using var folder = new TemporaryFolder();
        await KillAfter(epoch, folder.FullName);
        var epochs = new List<int>();
        var resumed = HostTraining.Fit(folder.FullName, progress => epochs.Add(progress.Epoch));
        var expected = HostTraining.Fit(null, null);

        // The state of the epoch that was told of may have been written or not; the one before it surely was.
        Assert.IsGreaterThanOrEqualTo(Math.Max(epoch, 1), epochs[0]);
        Assert.AreEqual(HostTraining.Epochs, epochs[^1]);
        CollectionAssert.AreEqual(expected.Parameters.ToArray(), resumed.Parameters.ToArray());
        CollectionAssert.AreEqual(expected.Buffers.ToArray(), resumed.Buffers.ToArray());
        HistoryAssert.AreSame(expected.History, resumed.History, $"killed after {epoch}");
        Assert.IsEmpty(folder.Files);
    }

    private static async Task KillAfter(int epoch, string folder)
    {
        using var process = HostProcess.Start([folder]);
        var errors = process.StandardError.ReadToEndAsync();
        string? line;
        do
        {
            line = await process.StandardOutput.ReadLineAsync();
        }
        while (line is not null && int.Parse(line, CultureInfo.InvariantCulture) < epoch);

        process.Kill();
        await process.WaitForExitAsync();
        Assert.IsNotNull(line, await errors);
    }
}
