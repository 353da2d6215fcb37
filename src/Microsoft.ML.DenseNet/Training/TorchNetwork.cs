using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>A network in torch: every parameter a view of one flat tensor, every gradient a view of another.</summary>
/// <remarks>
/// The flat tensors let one fused optimizer pass update a whole network, and one copy take its weights. All of them belong to the
/// dispose scope in which the network is made.
/// </remarks>
internal sealed class TorchNetwork
{
    private readonly Tensor _buffers;
    private readonly Tensor _gradient;
    private readonly TorchFunction _forward;

    /// <param name="layout">The network.</param>
    /// <param name="device">Where its tensors live.</param>
    /// <param name="dropoutGenerator">The source of dropout's random numbers.</param>
    public TorchNetwork(NetworkLayout layout, Device device, Generator dropoutGenerator)
    {
        _buffers = zeros(layout.BufferCount, ScalarType.Float32, device);
        _gradient = zeros(layout.ParameterCount, ScalarType.Float32, device);
        Parameters = new Parameter(zeros(layout.ParameterCount, ScalarType.Float32, device)) { grad = _gradient };

        var tensors = new Dictionary<ParameterSlot, Tensor>();
        using (no_grad())
        {
            foreach (var slot in layout.Slots)
                tensors.Add(slot, View(slot));
        }

        _forward = new TorchCompiler(slot => tensors[slot], dropoutGenerator).Compile(layout.Root);    }

    /// <summary>All trained values as one flat parameter, its gradient always set.</summary>
    public Parameter Parameters { get; }

    /// <summary>[rows, inputs] to [rows, outputs].</summary>
    public Tensor Forward(Tensor input, bool training) => _forward(input, training);

    public void ZeroGradient() => _gradient.zero_();

    /// <summary>Sets all weights.</summary>
    public void Load(ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers)
    {
        Copy(parameters, Parameters);
        Copy(buffers, _buffers);
    }

    /// <summary>Copies all trained values out.</summary>
    public float[] CopyParameters() => ToArray(Parameters);

    /// <summary>Copies all values that are kept but not trained out.</summary>
    public float[] CopyBuffers() => ToArray(_buffers);

    /// <summary>Copies the gradient of all trained values out.</summary>
    public float[] CopyGradient() => ToArray(_gradient);

    private Tensor View(ParameterSlot slot)
    {
        long[] shape = [.. slot.Shape.Select(size => (long)size)];
        if (!slot.IsTrained)
            return _buffers.narrow(0, slot.Offset, slot.Count).view(shape);

        // A leaf of its own that shares the flat tensor's memory: autograd adds each gradient in place to its view.
        var view = Parameters.detach().narrow(0, slot.Offset, slot.Count).view(shape).requires_grad_();
        view.grad = _gradient.narrow(0, slot.Offset, slot.Count).view(shape);
        return view;
    }

    private static void Copy(ReadOnlySpan<float> source, Tensor target)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        target.copy_(tensor(source.ToArray(), ScalarType.Float32));
    }

    private static float[] ToArray(Tensor source)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return source.numel() == 0 ? [] : source.detach().cpu().data<float>().ToArray();
    }
}
