namespace Microsoft.ML.DenseNet.TrainingHost;

/// <summary>The writing that a child process is killed in.</summary>
internal static class HostWriting
{
    /// <summary>Writes two models to one file in turn, for ever, and says when it begins.</summary>
    public static void Repeat(string form, string first, string second, string target)
    {
        var mlContext = new MLContext();
        var models = new[] { first, second }.Select(path => mlContext.Model.Load(path, out _)).ToArray();
        Console.WriteLine("writing");
        for (int i = 0; ; i++)
        {
            if (form == "zip")
                mlContext.Model.SaveModel(models[i % 2], null, target);
            else
                ((DenseNetRegressionTransformer)models[i % 2]).SaveAsOnnx(target);
        }
    }
}
