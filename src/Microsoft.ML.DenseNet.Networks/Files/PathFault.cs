namespace Microsoft.ML.DenseNet;

/// <summary>Explains in plain words why a path cannot be used: a link to nowhere, a file where a folder is needed, and the like.</summary>
internal static class PathFault
{
    /// <summary>Returns what prevents a file from being written.</summary>
    /// <param name="path">The full path of a file, whether it exists or not.</param>
    /// <returns>A clause for a message; null if nothing is wrong.</returns>
    public static string? OfNewFile(string path)
    {
        if (Path.EndsInDirectorySeparator(path) || Directory.Exists(path))
            return $"'{path}' is a folder, not a file";
        string folder = Path.GetDirectoryName(path)!;
        if (!Directory.Exists(folder))
            return OfFolder(folder) ?? $"the folder '{folder}' does not exist";

        // On Unix, renaming another file over it would work, which whoever made it read-only may not expect.
        return File.Exists(path) && File.GetAttributes(path).HasFlag(FileAttributes.ReadOnly) ? $"'{path}' is read-only" : null;
    }

    /// <summary>Returns what prevents a folder from being opened or created.</summary>
    /// <param name="path">A full path; neither it nor the folders above it need exist.</param>
    /// <returns>A clause for a message; null if nothing is wrong.</returns>
    public static string? OfFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Directory.Exists(path))
            return null;
        if (Path.GetDirectoryName(path) is { } parent && OfFolder(parent) is { } fault)
            return fault; // the one nearest the root causes the others
        return OfLink(path) ?? (File.Exists(path) ? $"'{path}' is a file, not a folder" : OfAccess(path));
    }

    /// <summary>Returns what is wrong with a path that may be a symbolic link.</summary>
    /// <returns>A clause for a message; null if it is not a link, or links to something that exists.</returns>
    public static string? OfLink(string path)
    {
        if (new FileInfo(path).LinkTarget is null)
            return null;
        try
        {
            string target = FollowLinks(path);
            return Path.Exists(target) ? null : $"'{path}' is a link to '{target}', which does not exist";
        }
        catch (IOException failure)
        {
            return failure.Message;
        }
    }

    /// <summary>Returns the file or folder at the end of symbolic links, whether it exists or not.</summary>
    /// <exception cref="IOException">The links form a loop.</exception>
    public static string FollowLinks(string path)
    {
        var link = new FileInfo(path);
        if (link.LinkTarget is null)
            return path;
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        }
        catch (IOException failure)
        {
            throw new IOException($"'{path}' is a link that leads back to itself", failure.HResult);
        }
    }

    /// <summary>Only an attempt distinguishes a missing folder from an inaccessible one.</summary>
    private static string? OfAccess(string path)
    {
        try
        {
            _ = File.GetAttributes(path);
        }
        catch (UnauthorizedAccessException)
        {
            return $"access to '{path}' is denied";
        }
        catch (IOException)
        {
            // It is missing, so it can be created.
        }

        return null;
    }
}
