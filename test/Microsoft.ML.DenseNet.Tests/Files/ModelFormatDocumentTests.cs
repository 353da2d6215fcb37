using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Runs the Python of docs/model-format.md on a saved model, where there is a Python.</summary>
[TestClass]
public sealed class ModelFormatDocumentTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Its_Python_predicts_the_same()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(5));
        var transformer = TestTransformers.Multiclass(_ml, data.Schema);
        Check(_ml.Transforms.CopyColumns("Copy", "Value").Fit(data).Append(transformer), data.Schema, transformer.Model.Network);
    }

    [TestMethod]
    [DynamicData(nameof(TaskCase.All), typeof(TaskCase))]
    public void Its_Python_knows_the_default_network(TaskCase task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(300));
        var transformer = task.Trainer(_ml, options =>
        {
            options.HiddenUnits = null;
            options.NumberOfEpochs = 2;
        }).Fit(data);
        var network = task.NetworkOf(transformer);
        Assert.IsTrue(network.Layout.Root.DescendantsAndSelf().Any(node => node.Layer is PeriodicEmbeddingLayer));
        Check(transformer, data.Schema, network);
    }

    private void Check(ITransformer transformer, DataViewSchema schema, TrainedNetwork network)
    {
        // Windows has a python3 that only opens the store.
        if (OperatingSystem.IsWindows())
            Assert.Inconclusive("Not on Windows.");

        string directory = Directory.CreateTempSubdirectory("densenet").FullName;
        try
        {
            var rows = ScoringRow.Create(5);
            string model = Path.Combine(directory, "model.zip");
            _ml.Model.Save(transformer, schema, model);

            string features = string.Join(", ", rows.Select(row => $"[{string.Join(", ", row.Features.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}]"));
            string script = Path.Combine(directory, "read.py");
            File.WriteAllText(script, Snippet() + $"""

                header, parameters, buffers = read_network(sys.argv[1])
                for row in [{features}]:
                    print(*predict(header, parameters, buffers, row))
                """);

            string[] lines = Run("python3", script, model).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            float[] output = new float[network.Layout.OutputWidth];
            for (int i = 0; i < rows.Length; i++)
            {
                network.ComputeOutputs(rows[i].Features, output);
                double[] theirs = [.. lines[i].Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
                for (int k = 0; k < output.Length; k++)
                    Assert.AreEqual(theirs[k], output[k], 1e-5 * Math.Max(1, Math.Abs(theirs[k])));
            }
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Snippet()
    {
        string root = typeof(ModelFormatDocumentTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "RepositoryRoot").Value!;
        string document = File.ReadAllText(Path.Combine(root, "docs", "model-format.md"));
        return document.Split("```python\n")[1].Split("```")[0];
    }

    private static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Inconclusive("There is no Python on this machine.");
            throw;
        }

        using (process)
        {
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, error.Result);
            return output;
        }
    }
}
