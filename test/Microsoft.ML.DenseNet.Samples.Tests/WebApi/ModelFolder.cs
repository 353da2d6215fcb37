namespace Microsoft.ML.DenseNet.Samples.Tests.WebApi;

/// <summary>A folder with the models of one service, which a test changes.</summary>
internal sealed class ModelFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webapi-").FullName;

    public ModelFolder()
    {
        File.Copy(BuiltCars, Cars);
        File.Copy(BuiltTumors, Tumors);
    }

    /// <summary>The models that the sample comes with.</summary>
    public static string BuiltCars { get; } = Path.Combine(WebService.Sample.OutputFolder, "Data", "cars.zip");

    /// <inheritdoc cref="BuiltCars"/>
    public static string BuiltTumors { get; } = Path.Combine(WebService.Sample.OutputFolder, "Data", "tumors.zip");

    public string Cars => Path.Combine(_folder, "cars.zip");

    public string Tumors => Path.Combine(_folder, "tumors.zip");

    /// <summary>Starts a service for these models that looks at once when a file changes.</summary>
    public Task<WebService> Serve(params string[] settings) => WebService.Start(
        [$"--Models:Cars:Path={Cars}", $"--Models:Tumors:Path={Tumors}", "--Models:Cars:SettleTime=00:00:00.01", "--Models:Tumors:SettleTime=00:00:00.01", .. settings]);

    /// <summary>Replaces a file in one step, as <c>SaveModel</c> does.</summary>
    public static void Replace(string file, byte[] content)
    {
        string unfinished = file + ".unfinished";
        File.WriteAllBytes(unfinished, content);
        File.Move(unfinished, file, overwrite: true);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
