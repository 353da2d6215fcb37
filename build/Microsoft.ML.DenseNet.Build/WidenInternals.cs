using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Microsoft.ML.DenseNet.Build;

/// <summary>
/// Writes copies of assemblies whose internal members are public, for the compiler to read instead of the real ones.
/// </summary>
public sealed class WidenInternals : Task
{
    /// <summary>The assemblies to copy.</summary>
    [Required]
    public ITaskItem[] Assemblies { get; set; } = [];

    /// <summary>The folder that receives the copies, under the same file names.</summary>
    [Required]
    public string OutputDirectory { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        Directory.CreateDirectory(OutputDirectory);
        foreach (ITaskItem assembly in Assemblies)
        {
            byte[] image = File.ReadAllBytes(assembly.ItemSpec);
            int widened = MetadataWidener.Widen(image);
            string copy = Path.Combine(OutputDirectory, Path.GetFileName(assembly.ItemSpec));
            AtomicFile.Write(copy, image);
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} types, methods and fields widened.", copy, widened);
        }

        return !Log.HasLoggedErrors;
    }
}
