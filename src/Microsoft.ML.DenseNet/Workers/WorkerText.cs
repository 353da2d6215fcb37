namespace Microsoft.ML.DenseNet;

/// <summary>How a process tells others of its failure.</summary>
internal static class WorkerText
{
    /// <summary>The type and message of an exception, on one line.</summary>
    public static string Of(Exception failure) => $"{failure.GetType().Name}: {failure.Message.ReplaceLineEndings(" ")}";
}
