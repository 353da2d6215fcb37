using System.Numerics.Tensors;
using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A running average of the weights over the steps, in which step t counts in proportion to t^power ("polynomial-decay averaging", Shamir
/// and Zhang 2013): it forgets early steps, and needs no schedule that ends at a known step. Validation, the model and observers get the
/// average; steps go on from the weights themselves.
/// </summary>
/// <param name="network">The network, without user-defined modules.</param>
/// <param name="power">The power, at least 0; larger ones forget sooner.</param>
/// <param name="isOnHost">Whether the weights are in this process's memory.</param>
internal sealed unsafe class WeightAverage(TorchNetwork network, double power, bool isOnHost) : IDisposable
{
    /// <summary>The first steps are all averaged, later ones at this interval: neighbors differ little, and a pass over all weights costs time.</summary>
    private const int FirstSteps = 64, Interval = 4;

    /// <summary>Values handled at once: they stay in the nearest cache.</summary>
    private const int Block = 2048;

    private readonly float[] _host = isOnHost ? network.CopyParameters() : [];
    private readonly Tensor? _device = isOnHost ? null : network.Flat.detach().clone().DetachFromDisposeScope();
    private long _last;

    /// <summary>Takes a step's weights into the average, if it is due.</summary>
    /// <param name="step">Counted from 1.</param>
    public void Add(long step)
    {
        if (step > FirstSteps && step % Interval != 0)
            return;
        double share = 1 - Math.Pow((double)_last / step, power + 1);
        _last = step;
        if (_device is not null)
        {
            using var noGradient = no_grad();
            _device.AddProductInPlace(_device, -share).AddProductInPlace(network.Flat, share);
            return;
        }

        Span<float> difference = stackalloc float[Block];
        for (int start = 0; start < _host.Length; start += Block)
        {
            var average = _host.AsSpan(start, Math.Min(Block, _host.Length - start));
            var part = difference[..average.Length];
            TensorPrimitives.Subtract(new ReadOnlySpan<float>(network.ParameterPointer + start, average.Length), average, part);
            TensorPrimitives.FusedMultiplyAdd(part, (float)share, average, average);
        }
    }

    /// <summary>Exchanges the network's weights and the average.</summary>
    public void Exchange()
    {
        if (_device is not null)
        {
            using var noGradient = no_grad();
            using var weights = network.Flat.clone();
            network.Flat.copy_(_device);
            _device.copy_(weights);
            return;
        }

        Span<float> kept = stackalloc float[Block];
        for (int start = 0; start < _host.Length; start += Block)
        {
            var average = _host.AsSpan(start, Math.Min(Block, _host.Length - start));
            var weights = new Span<float>(network.ParameterPointer + start, average.Length);
            average.CopyTo(kept);
            weights.CopyTo(average);
            kept[..average.Length].CopyTo(weights);
        }
    }

    /// <summary>Writes what is exchanged, and how far the average has come.</summary>
    public void Save(ValueWriter state)
    {
        state.Write(_last);
        using var scope = NewDisposeScope();
        state.Write(_device is null ? _host : _device.cpu().data<float>().ToArray());
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(ValueReader state)
    {
        _last = state.ReadInt64();
        float[] values = state.ReadFloats(network.Layout.ParameterCount);
        using var scope = NewDisposeScope();
        if (_device is null)
            values.CopyTo(_host.AsSpan());
        else
            _device.copy_(tensor(values, ScalarType.Float32));
    }

    public void Dispose() => _device?.Dispose();
}
