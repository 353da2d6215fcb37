using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Seeds torch's own random numbers, from which modules of the user's own draw (their dropout, for example), for as long as a training
/// runs; what stood before stands again afterwards. The numbers belong to the process: of several such trainings at once, none repeats.
/// </summary>
internal sealed class TorchSeed : IDisposable
{
    private readonly Tensor _before;

    private TorchSeed(int seed)
    {
        _before = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
    }

    /// <summary>Seeds where the network holds a module of the user's own; no other draws from torch's own random numbers.</summary>
    public static TorchSeed? For(TrainingPlan plan) =>
        plan.Layout.HasModules ? new TorchSeed(plan.Seed) : null;

    public void Dispose()
    {
        random.set_rng_state(_before);
        _before.Dispose();
    }
}
