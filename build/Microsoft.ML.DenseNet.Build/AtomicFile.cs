namespace Microsoft.ML.DenseNet.Build;

/// <summary>Writes whole files in one step.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Gives <paramref name="path"/> new content through a new file, so that a build that is cut off leaves no half of it,
    /// and a file that <paramref name="path"/> was hard-linked with keeps the old content.
    /// </summary>
    public static void Write(string path, byte[] content)
    {
        string temporary = path + "." + Path.GetRandomFileName();
        try
        {
            File.WriteAllBytes(temporary, content);
            if (File.Exists(path))
                File.Replace(temporary, path, destinationBackupFileName: null);
            else
                File.Move(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
