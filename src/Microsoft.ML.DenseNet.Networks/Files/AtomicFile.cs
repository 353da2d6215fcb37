namespace Microsoft.ML.DenseNet;

/// <summary>Writes files atomically: whatever happens, either the old file or the complete new one remains.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file.</summary>
    /// <param name="path">The file. For a symbolic link, the file it points to is written.</param>
    /// <param name="subject">How messages refer to the file.</param>
    /// <param name="content">What to write.</param>
    /// <param name="makesFolder">Whether a missing folder is created.</param>
    /// <inheritdoc cref="Write(string, string, Action{Stream}, string, bool)"/>
    public static void Write(string path, string subject, ReadOnlyMemory<byte> content, bool makesFolder = false) =>
        Write(path, subject, stream => stream.Write(content.Span), makesFolder: makesFolder);

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file. For a symbolic link, the file it points to is written.</param>
    /// <param name="subject">How messages refer to the file.</param>
    /// <param name="write">Writes the content to a seekable stream, which it leaves open. Exceptions that do not concern the file pass through.</param>
    /// <param name="remedy">What to do if the file cannot be written.</param>
    /// <param name="makesFolder">Whether a missing folder is created.</param>
    /// <exception cref="DirectoryNotFoundException">The folder does not exist.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public static void Write(string path, string subject, Action<Stream> write, string remedy = "Make room or give access there, or name another file.", bool makesFolder = false)
    {
        string full = Path.GetFullPath(path), target = full;
        try
        {
            target = PathFault.FollowLinks(full);
            if (makesFolder && Path.GetDirectoryName(target) is { } folder && PathFault.OfFolder(folder) is null)
                Directory.CreateDirectory(folder);
            if (PathFault.OfNewFile(target) is { } fault)
                throw new IOException(fault);
            if (IsDevice(target))
            {
                using var device = new FileStream(target, FileMode.Open, FileAccess.Write);
                write(device);
                return;
            }

            UnfinishedFile.RemoveAbandoned(target);
            using var unfinished = UnfinishedFile.Create(target);
            KeepMode(target, unfinished);
            write(unfinished.Content);
            unfinished.Complete();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            bool hasFolder = Directory.Exists(Path.GetDirectoryName(target));
            string kept = File.Exists(target) && !IsDevice(target) ? " The older file is kept." : "";
            string link = target == full ? "" : $" (a link to '{target}')";
            string message = $"{subject} '{path}'{link} could not be written: {UnfinishedFile.Rename(failure.Message, target).TrimEnd('.')}. {(hasFolder ? remedy : "Create the folder, or name another.")}{kept}";

            // The failure is not kept as the inner exception: it may name the temporary file, which is gone.
            throw hasFolder ? new IOException(message, failure.HResult) : new DirectoryNotFoundException(message);
        }
    }

    /// <summary>Deletes the temporary files that killed writers left beside a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    public static void RemoveLeftovers(string path) => UnfinishedFile.RemoveAbandoned(PathFault.FollowLinks(Path.GetFullPath(path)));

    /// <summary>Devices are written to directly: renaming a file over one would take it away from all programs.</summary>
    private static bool IsDevice(string path) =>
        !OperatingSystem.IsWindows() && path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal) && File.Exists(path);

    /// <summary>Keeps the old file's permissions, which may hide it from other users.</summary>
    private static void KeepMode(string target, UnfinishedFile file)
    {
        if (!OperatingSystem.IsWindows() && File.Exists(target))
            File.SetUnixFileMode(file.Content.SafeFileHandle, File.GetUnixFileMode(target));
    }
}
