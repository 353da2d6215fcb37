using System.Text;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// A training run on one page: the data, the network, the training history, metrics on test data with confidence intervals, the
/// pictures that fit the task, the options used, and how to load the model. The page is one HTML file that works offline.
/// </summary>
public static class TrainingReport
{
    /// <summary>Writes the page; an older file is replaced only once the new one is complete. A missing folder is created.</summary>
    /// <param name="path">The HTML file.</param>
    /// <param name="model">The fitted pipeline, or what the trainer's <c>Fit</c> returned.</param>
    /// <param name="testData">Rows that the model was not trained on, with the label, in the form that <paramref name="model"/> reads.</param>
    /// <param name="options">What else goes into the page; null for nothing else.</param>
    /// <exception cref="ArgumentException">The model has no DenseNet transformer, or the data does not fit it.</exception>
    /// <exception cref="IOException">The file cannot be written; the message says why, and what to do.</exception>
    public static void Write(string path, ITransformer model, IDataView testData, TrainingReportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "The report", Encoding.UTF8.GetBytes(ToHtml(model, testData, options)), makesFolder: true);
    }

    /// <summary>Returns the page as text.</summary>
    /// <inheritdoc cref="Write"/>
    public static string ToHtml(ITransformer model, IDataView testData, TrainingReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(testData);
        return new ReportPage(model, testData, options ?? new TrainingReportOptions()).ToHtml();
    }
}
