namespace Microsoft.ML.DenseNet;

/// <summary>Keeps a folder for one training: a file in it that is held open, which the operating system locks until the process ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = "densenet.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Takes the folder. What a killed process left does not keep others out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="warn">Told where the file system cannot lock files, as some network file systems cannot.</param>
    /// <returns>Null where another training has the folder, in this process or in another.</returns>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static FolderLock? TryTake(string folder, Action<string> warn)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            // With exactly these arguments .NET checks, once it holds the lock, that the previous training has not deleted the file in the meantime.
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
            if (!IsLocked(path))
                warn($"The file system of '{folder}' does not lock files, so a second training in this folder would not be noticed. Use the folder for one training at a time.");
            return new FolderLock(file);
        }
        catch (IOException failure) when (FileInUse.Is(failure))
        {
            return null;
        }
    }

    public void Dispose() => _file.Dispose();

    private static bool IsLocked(string path)
    {
        try
        {
            using var second = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
