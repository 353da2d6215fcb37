namespace Microsoft.ML.DenseNet.Build;

/// <summary>Writes whole files in one step.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Replaces the content of <paramref name="path"/> by writing a new file, so that an interrupted build leaves no partial file,
    /// and a file that <paramref name="path"/> was hard-linked to keeps the old content.
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
