namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Writes whole files or nothing.</summary>
internal static class AtomicFile
{
    /// <summary>Writes beside the target first, so that an older file stays whole until the new one is. A symbolic link stays one: the file that it points to is written.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        string target = Path.GetFullPath(path);
        if (new FileInfo(target).LinkTarget is not null)
            target = File.ResolveLinkTarget(target, returnFinalTarget: true)!.FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, content);
            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
