namespace Microsoft.ML.DenseNet;

/// <summary>Writes whole files: whatever happens, afterwards there is the old file or the new one.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the file first. A symbolic link stays one: the file that it points to is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="subject">What messages call the file.</param>
    /// <param name="write">Writes the content, and leaves the stream open.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string subject, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null)
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        string unfinished = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(unfinished, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(unfinished, target, overwrite: true);
        }
        catch (Exception e)
        {
            File.Delete(unfinished);
            if (e is UnauthorizedAccessException)
                throw new IOException($"{subject} '{path}' could not be written: {e.Message}", e);
            throw;
        }
    }
}
