using System.IO.Compression;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The entries of a saved model, and a model file made of entries.</summary>
internal static class ModelZip
{
    public static (string Name, byte[] Content)[] Read(MLContext context, ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        context.Model.Save(model, schema, stream);
        using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
        return [.. archive.Entries.Select(entry =>
        {
            byte[] content = new byte[entry.Length];
            using var reader = entry.Open();
            reader.ReadExactly(content);
            return (entry.FullName, content);
        })];
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
