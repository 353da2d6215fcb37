using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Seeds torch's global random generator, which user-defined modules draw from (for their dropout, for example), during a training run,
/// and restores its previous state afterwards. It is process-wide: when several such runs overlap, none is reproducible.
/// </summary>
internal sealed class TorchSeed : IDisposable
{
    private readonly Tensor _before;

    private TorchSeed(int seed)
    {
        _before = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
    }

    /// <summary>Seeds if the network contains a user-defined module; nothing else draws from torch's global generator.</summary>
    public static TorchSeed? For(TrainingPlan plan) =>
        plan.Layout.HasModules ? new TorchSeed(plan.Seed) : null;

    public void Dispose()
    {
        random.set_rng_state(_before);
        _before.Dispose();
    }
}
