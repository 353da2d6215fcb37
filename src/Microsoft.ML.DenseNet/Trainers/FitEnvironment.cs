using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>What a <c>Fit</c> runs with, besides its options and its data.</summary>
/// <param name="Seed">Determines all random choices.</param>
/// <param name="Device">Where training runs; never <see cref="DenseNetDevice.Auto"/>.</param>
/// <param name="Checkpoints">Where the state of the training is saved; null for nowhere.</param>
/// <param name="Signature">What the network reads and predicts, in the data's terms.</param>
/// <param name="Channel">ML.NET's log.</param>
/// <param name="Joint">The common Fit of several processes; null for one process.</param>
internal sealed record FitEnvironment(int Seed, DenseNetDevice Device, CheckpointFolder? Checkpoints, NetworkSignature Signature, IChannel Channel, JointFit? Joint = null)
{
    /// <summary>Whether this process calls observers.</summary>
    public bool Observes => Joint is null or { Workers.Rank: 0 };

    /// <summary>Writes a line to the log.</summary>
    public void Report(string message)
    {
        lock (Channel) // networks of one model may train concurrently
            Channel.Info(message);
    }

    /// <summary>Chooses the device and the seed: everything decided before a row is read.</summary>
    public static FitEnvironment Of(DenseNetOptions options, IHostEnvironmentInternal host, IChannel channel, CheckpointFolder? checkpoints, NetworkSignature signature, JointFit? joint)
    {
        var device = TorchRuntime.Resolve(options.Device, host.GpuDeviceId, host.FallbackToCpu, message => channel.Warning(message));
        int seed = options.Seed ?? host.Seed ?? checkpoints?.Seed ?? Random.Shared.Next();
        if (joint is not null)
        {
            seed = joint.AgreeOnSeed(seed, isDrawn: (options.Seed ?? host.Seed) is null);
            channel.Info($"This is {joint.Workers.NameOf(joint.Workers.Rank)}, of {joint.Workers.Count} that train together.");
        }

        return new FitEnvironment(seed, device, checkpoints, signature, channel, joint);
    }
}
