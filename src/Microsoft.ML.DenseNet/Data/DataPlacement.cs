namespace Microsoft.ML.DenseNet;

/// <summary>Where training rows are kept; see <see cref="DenseNetOptions.DataPlacement"/>.</summary>
public enum DataPlacement
{
    /// <summary>On the training device if the rows fit, else in host memory, else streamed; <see cref="DenseNetOptions.MemoryBudget"/> determines what fits.</summary>
    Auto,

    /// <summary>All rows in the memory of the training device: fastest on a GPU, and the same as <see cref="Host"/> on the CPU.</summary>
    Device,

    /// <summary>All rows in host memory; a GPU receives them batch by batch.</summary>
    Host,

    /// <summary>
    /// Read again from the data in every epoch and shuffled in a pool of bounded size, so that memory use does not grow with the number
    /// of rows. The data must return the same rows in each pass. Rows that are sorted, for example by label, should be shuffled beforehand.
    /// </summary>
    Stream,
}
