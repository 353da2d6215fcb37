namespace WebApi.Models;

/// <summary>What can be seen of a file without reading it. Equal stamps: probably the same content.</summary>
internal readonly record struct FileStamp(bool Exists, long Length, DateTime Written)
{
    public static FileStamp Of(string path)
    {
        // A link is followed: orchestrators swap models by swapping links.
        var file = new FileInfo(path);
        var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
        return target.Exists ? new FileStamp(true, target.Length, target.LastWriteTimeUtc) : default;
    }
}
