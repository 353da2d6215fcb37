using System.Reflection;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The generated part of a sample in Model Builder's layout, compiled with the trainer it has or with another.</summary>
internal sealed class ModelBuilderProject
{
    private const string Ours = ".Trainers.DenseNet(";

    private readonly Type _class;
    private readonly string _dataFile;

    /// <param name="folder">The sample's folder in <c>samples</c>.</param>
    /// <param name="name">The name that its class and files have.</param>
    /// <param name="dataFile">The name of its data file.</param>
    /// <param name="trainer">What takes the place of the trainer's line; null leaves it.</param>
    public ModelBuilderProject(string folder, string name, string dataFile, string? trainer = null)
    {
        string path = Path.Combine(MarkdownPage.Root, "samples", folder);
        _dataFile = Path.Combine(path, "Data", dataFile);
        var (assembly, problems) = SnippetCompiler.Compile(
            new[] { "consumption", "training", "evaluate" }.Select(part => $"{name}.{part}.cs").Select(file => (file, WithTrainer(File.ReadAllText(Path.Combine(path, file)), trainer))));
        Assert.IsEmpty(problems, string.Join('\n', problems));
        _class = assembly!.ExportedTypes.Single(type => type.Name == name);
    }

    /// <summary>The rows of the sample's data file, read as its project reads them.</summary>
    public IDataView Load(MLContext mlContext) =>
        Call<IDataView>("LoadIDataViewFromFile", mlContext, _dataFile, Constant<char>("RetrainSeparatorChar"), Constant<bool>("RetrainHasHeader"), Constant<bool>("RetrainAllowQuoting"));

    public ITransformer RetrainModel(MLContext mlContext, IDataView rows) => Call<ITransformer>("RetrainModel", mlContext, rows);

    public void SaveModel(MLContext mlContext, ITransformer model, IDataView rows, string path) => Call<object?>("SaveModel", mlContext, model, rows, path);

    public List<Tuple<string, double>> CalculatePFI(MLContext mlContext, IDataView rows, ITransformer model, string label) =>
        Call<List<Tuple<string, double>>>("CalculatePFI", mlContext, rows, model, label);

    /// <summary>The file with another trainer in its one line that has ours.</summary>
    private static string WithTrainer(string source, string? trainer)
    {
        string[] lines = source.Split('\n');
        int[] found = [.. Enumerable.Range(0, lines.Length).Where(line => lines[line].Contains(Ours, StringComparison.Ordinal))];
        Assert.IsLessThanOrEqualTo(1, found.Length);
        if (trainer is not null && found.Length == 1)
            lines[found[0]] = $".Append({trainer}){(lines[found[0]].EndsWith(';') ? ";" : "")}";
        return string.Join('\n', lines);
    }

    private T Call<T>(string method, params object[] arguments) =>
        (T)_class.GetMethod(method)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;

    private T Constant<T>(string field) => (T)_class.GetField(field)!.GetRawConstantValue()!;
}
