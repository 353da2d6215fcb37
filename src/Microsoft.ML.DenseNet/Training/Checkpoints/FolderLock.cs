namespace Microsoft.ML.DenseNet;

/// <summary>Reserves a folder for one training run by holding a file in it open, which the operating system locks until the process ends.</summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = "densenet.lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <summary>Reserves the folder. What a killed process left does not keep others out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="warn">Called if the file system cannot lock files, as with some network file systems.</param>
    /// <returns>Null if another training run has the folder, in this process or another.</returns>
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
