using System.IO.Compression;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A zip as a list of its entries, to be taken apart, altered and put together.</summary>
internal static class ZipParts
{
    public static List<(string Name, byte[] Content)> Read(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip), ZipArchiveMode.Read);
        return [.. archive.Entries.Select(entry =>
        {
            byte[] content = new byte[entry.Length];
            using var reader = entry.Open();
            reader.ReadExactly(content);
            return (entry.FullName, content);
        })];
    }

    /// <summary>The entries of a saved model.</summary>
    public static List<(string Name, byte[] Content)> Read(MLContext context, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        context.Model.Save(model, schema, stream);
        return Read(stream.ToArray());
    }

    public static byte[] Write(IEnumerable<(string Name, byte[] Content)> entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var writer = archive.CreateEntry(name, CompressionLevel.Fastest).Open();
                writer.Write(content);
            }
        }

        return stream.ToArray();
    }
}
