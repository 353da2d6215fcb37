using Microsoft.ML.DenseNet;

namespace Microsoft.ML;

/// <summary>Saves ML.NET models so that a file is never half-written.</summary>
public static class DenseNetModelExtensions
{
    /// <summary>
    /// Saves a model in ML.NET's format, as <see cref="ModelOperationsCatalog.Save(ITransformer, DataViewSchema, string)"/> does, but
    /// completely or not at all: if the process is killed or the disk is full, an existing file is left unchanged. Any transformer can be
    /// saved, not only those of this package; <see cref="ModelOperationsCatalog.Load(string, out DataViewSchema)"/> reads the file.
    /// </summary>
    /// <remarks>
    /// The model is written to a temporary file in the same folder, which is then renamed. If a killed process leaves one, the next save
    /// to the same path removes it. A symbolic link remains a link: the file that it points to is replaced.
    /// </remarks>
    /// <param name="catalog"><c>mlContext.Model</c>.</param>
    /// <param name="model">The fitted pipeline or transformer.</param>
    /// <param name="inputSchema">The columns that <paramref name="model"/> reads, usually the <c>Schema</c> of the training data; null to save none.</param>
    /// <param name="filePath">The file, usually ending in <c>.zip</c>. Its folder must exist.</param>
    /// <exception cref="ArgumentNullException">A required argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="filePath"/> is empty.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public static void SaveModel(this ModelOperationsCatalog catalog, ITransformer model, DataViewSchema? inputSchema, string filePath)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(filePath);
        AtomicFile.Write(filePath, "The model", stream => catalog.Save(model, inputSchema, stream));
    }
}
