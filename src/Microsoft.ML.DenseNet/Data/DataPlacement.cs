namespace Microsoft.ML.DenseNet;

/// <summary>Where training rows are kept; see <see cref="DenseNetOptions.DataPlacement"/>.</summary>
public enum DataPlacement
{
    /// <summary>On the training device where the rows fit, else in host memory, else streamed; what fits, <see cref="DenseNetOptions.MemoryBudget"/> says.</summary>
    Auto,

    /// <summary>All rows in the memory of the device that trains: the fastest on a GPU, and the same as <see cref="Host"/> on the CPU.</summary>
    Device,

    /// <summary>All rows in host memory; a GPU gets them batch by batch.</summary>
    Host,

    /// <summary>
    /// Read anew from the data in every epoch and shuffled in a pool of bounded size, so that memory does not grow with the rows. The data
    /// must give the same rows in each pass, and rows that are sorted, by label for example, should be shuffled beforehand.
    /// </summary>
    Stream,
}
