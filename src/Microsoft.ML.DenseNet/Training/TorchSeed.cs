using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Seeds torch's global random generator, which user-defined modules draw from (for their dropout, for example), during a training run,
/// and restores its previous state afterwards. It is process-wide: when several such runs overlap, none is reproducible. A GPU's
/// generator is seeded too, but TorchSharp does not give out its state, so it is neither restored nor kept in checkpoints.
/// </summary>
internal sealed class TorchSeed : IDisposable
{
    private readonly Tensor _before;

    private TorchSeed(int seed, Device device)
    {
        _before = random.get_rng_state().DetachFromDisposeScope();
        random.manual_seed(seed);
        if (device.type == DeviceType.CUDA)
            cuda.manual_seed_all(seed);
    }

    /// <summary>Seeds if the network contains a user-defined module; nothing else draws from torch's global generator.</summary>
    public static TorchSeed? For(TrainingPlan plan) =>
        plan.Layout.HasModules ? new TorchSeed(plan.Seed, plan.Device) : null;

    public void Dispose()
    {
        random.set_rng_state(_before);
        _before.Dispose();
    }
}
