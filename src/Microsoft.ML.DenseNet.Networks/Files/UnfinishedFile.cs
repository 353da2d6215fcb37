using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet;

/// <summary>A temporary file next to the one that it replaces once it is complete.</summary>
/// <remarks>
/// Its name is its target's with random digits added, so two writers of one target do not interfere with each other. The file is locked
/// while its writer lives: one that can be locked was left by a killed process, and <see cref="RemoveAbandoned"/> deletes it.
/// </remarks>
internal sealed class UnfinishedFile : IDisposable
{
    private const string Extension = ".densenet.tmp";
    private const int Digits = 16;
    private const int BufferLength = 1 << 16;

    /// <summary>The longest part of the target's name that is used; file systems limit names to 255 bytes.</summary>
    private const int LongestStem = 60;

    /// <summary>More than one is rarely needed: only if another writer cleans up just as the file is created.</summary>
    private const int MaximumAttempts = 20;

    private readonly string _target;
    private readonly FileStream _guard;
    private bool _isInPlace;

    private UnfinishedFile(string target, string path, FileStream content, FileStream guard)
    {
        _target = target;
        Path = path;
        Content = content;
        _guard = guard;
    }

    public string Path { get; }

    /// <summary>The content, written from its beginning.</summary>
    public FileStream Content { get; }

    /// <summary>Creates the file; the folder must exist.</summary>
    public static UnfinishedFile Create(string target)
    {
        for (int attempt = 1; attempt <= MaximumAttempts; attempt++)
        {
            if (TryCreate(target) is { } file)
                return file;
        }

        throw new IOException("its temporary file disappears again and again");
    }

    /// <summary>Replaces the name of a target's temporary file in a message with the target's name.</summary>
    public static string Rename(string message, string target) => Names(target).Replace(message, _ => target);

    /// <summary>Deletes the temporary files that killed writers of a file left.</summary>
    /// <param name="target">The file.</param>
    public static void RemoveAbandoned(string target)
    {
        var names = Names(target);
        var options = new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = true };
        foreach (string path in Directory.GetFiles(System.IO.Path.GetDirectoryName(target)!, $"*{Extension}", options).Where(path => names.IsMatch(path)))
            TryRemoveAbandoned(path);
    }

    /// <summary>Flushes the content to disk and replaces the target.</summary>
    public void Complete()
    {
        Content.Flush(flushToDisk: true); // otherwise, after a power failure, the new name could refer to content that was never written
        Content.Dispose();
        File.Move(Path, _target, overwrite: true);
        _isInPlace = true;
    }

    public void Dispose()
    {
        try
        {
            Content.Dispose();
        }
        catch (Exception failure) when (failure is IOException or ArgumentOutOfRangeException)
        {
            // The rest could not be written, which the exception that led here reports; .NET throws the second type for files that grow too large.
        }

        _guard.Dispose();
        if (!_isInPlace)
            TryDelete(Path);
    }

    /// <summary>Matches the temporary files of a target.</summary>
    private static Regex Names(string target) => new($"{Regex.Escape(Stem(target))}\\.[0-9a-f]{{{Digits}}}{Regex.Escape(Extension)}", RegexOptions.CultureInvariant);

    /// <summary>Returns what the names of a target's temporary files begin with.</summary>
    private static string Stem(string target)
    {
        string name = System.IO.Path.GetFileName(target);
        int length = Math.Min(name.Length, LongestStem);
        if (length < name.Length && char.IsHighSurrogate(name[length - 1]))
            length--;
        return System.IO.Path.Combine(System.IO.Path.GetDirectoryName(target)!, name[..length]);
    }

    /// <summary>Creates and locks the file; null if another writer took it for abandoned before it was locked.</summary>
    private static UnfinishedFile? TryCreate(string target)
    {
        string path = $"{Stem(target)}.{RandomNumberGenerator.GetHexString(Digits, lowercase: true)}{Extension}";
        FileStream? content = null;
        try
        {
            content = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, BufferLength);

            // Held until the file has its final name. The lock is shared: it keeps others from removing the file, but not from reading the target.
            var guard = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            if (File.Exists(path))
                return new UnfinishedFile(target, path, content, guard);
            guard.Dispose();
        }
        catch (IOException failure) when (FileInUse.Is(failure) || (content is not null && failure is FileNotFoundException))
        {
            // Another writer, removing abandoned files, has locked or deleted it.
        }

        content?.Dispose();
        return null;
    }

    /// <summary>Deletes a file without a living writer, holding its lock, so that a writer that has just created it notices.</summary>
    private static void TryRemoveAbandoned(string path)
    {
        try
        {
            using var file = OpenAlone(path);
            if (IsLocked(path)) // otherwise the file system cannot lock files, and the writer may be alive
                File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is being written, or takes up space until the next write.
        }
    }

    private static bool IsLocked(string path)
    {
        try
        {
            using var second = OpenAlone(path);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Opens a file that nobody else has open. Network file systems may require write access for the lock, and Windows FileShare.Delete to delete it.</summary>
    private static FileStream OpenAlone(string path) =>
        new(path, FileMode.Open, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None, bufferSize: 1);

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It takes up space until the next write.
        }
    }
}
