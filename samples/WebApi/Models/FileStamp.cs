namespace WebApi.Models;

/// <summary>What can be seen of a file without reading it. Equal stamps: probably the same content.</summary>
internal readonly record struct FileStamp(bool Exists, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        try
        {
            // Links are followed: orchestrators swap a model by swapping a link.
            var file = new FileInfo(path);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            return target.Exists ? new FileStamp(true, target.Length, target.LastWriteTimeUtc) : default;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // As if it were missing; whoever reads the file is told why that fails.
            return default;
        }
    }
}
