namespace Microsoft.ML.DenseNet;

/// <summary>What the processes of a <see cref="TrainingWorkers"/> divide among themselves.</summary>
public enum WorkSplit
{
    /// <summary>
    /// Each process trains whole networks: the folds of the default network. The model is the same, bit for bit, as that of one process. A
    /// model of one network is trained by one process.
    /// </summary>
    Networks,

    /// <summary>
    /// All processes train each network together: each computes the gradient of its own share of a batch's rows. The model is that of one
    /// process up to rounding, and the same bit for bit for the same number of processes.
    /// </summary>
    Rows,
}
