namespace Microsoft.ML.DenseNet;

/// <content>What the model keeps of its training rows.</content>
public abstract partial class DenseNetOptions
{
    /// <summary>
    /// Whether the model stores statistics of its training rows, to compare later rows with: <see cref="TrainedNetwork.Check"/> needs them.
    /// Off by default, because they disclose single values, such as each feature's lowest and highest
    /// (<see cref="TrainingStatistics"/> says which). They take a few KB and at most about 50, and cost a pass over the rows in memory. The network does not change.
    /// </summary>
    public bool StoreStatistics { get; set; }
}
