namespace Microsoft.ML.DenseNet;

public abstract partial class DenseNetOptions
{
    /// <summary>
    /// The processes that train together; null, the default, for this process alone. <c>MpiWorkers</c> in the package
    /// Microsoft.ML.DenseNet.Mpi has those that <c>mpiexec</c> starts. What they divide among themselves is up to
    /// <see cref="TrainingWorkers.Split"/>. All of them need the same options, and the same data unless <see cref="TrainingWorkers.Data"/> says
    /// otherwise; all get the model. In a <c>TuneDenseNet</c> they divide the trials, each of which one process trains.
    /// </summary>
    /// <remarks>
    /// Observers and <see cref="Progress"/> are called in the process of rank 0, for the networks that it trains. A
    /// <see cref="CheckpointDirectory"/> should be in a file system that all processes share.
    /// </remarks>
    public TrainingWorkers? Workers { get; set; }
}
