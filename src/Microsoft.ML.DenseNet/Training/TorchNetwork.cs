using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A network in torch: every parameter a view of one flat tensor, every gradient a view of another. The tensors of a user-defined
/// torch module stay the module's; they are copied to and from their places.
/// </summary>
/// <remarks>
/// Flat tensors let one fused optimizer pass update the whole network, and one copy read its weights. They all belong to the dispose
/// scope in which the network is created.
/// </remarks>
internal sealed class TorchNetwork : IDisposable
{
    private readonly NetworkLayout _layout;
    private readonly Parameter _flat;
    private readonly Tensor _buffers;
    private readonly Tensor _gradient;
    private readonly Dictionary<TensorPlace, Tensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private readonly List<nn.Module<Tensor, Tensor>> _modules = [];
    private readonly Dictionary<LayerNode, nn.Module<Tensor, Tensor>> _moduleOf = [];
    private readonly List<TensorPlace> _modulePlaces = [];
    private readonly List<LayerNode> _moduleNodes = [];
    private readonly DropoutNoise _dropout;
    private readonly TorchEvaluator _evaluator;
    private bool? _modulesTrain;

    /// <param name="layout">The network.</param>
    /// <param name="device">Where its tensors live.</param>
    /// <param name="seed">Seeds dropout, and the random numbers that user-defined modules draw when they are created.</param>
    /// <param name="precision">The precision of the Linears' products while training.</param>
    /// <param name="isOnHost">Whether dropout's random numbers may come from torch's generator, which TorchSharp has on the CPU only.</param>
    public TorchNetwork(NetworkLayout layout, Device device, int seed, Precision precision = Precision.Float32, bool isOnHost = true)
    {
        _layout = layout;
        _buffers = zeros(layout.BufferCount, ScalarType.Float32, device);
        _gradient = zeros(layout.ParameterCount, ScalarType.Float32, device);
        _flat = MakeParameter(_gradient);

        using (no_grad())
        {
            foreach (var node in layout.Root.DescendantsAndSelf())
            {
                if (node.Layer is ModuleLayer module)
                    AddModule(node, module, device, seed);
                else
                    AddViews(node);
            }
        }

        Parameters = _modules.Count == 0 ? [_flat] : [.. ModuleParameters, .. _modulePlaces.Count < layout.Tensors.Count ? [_flat] : Array.Empty<Parameter>()];
        _dropout = isOnHost && device.type == DeviceType.CPU ? new GeneratorNoise(seed) : new HashNoise(seed, device);
        Precision = precision;
        _evaluator = new TorchEvaluator(this);
    }

    /// <summary>What the optimizer updates: one flat parameter, unless the network contains user-defined modules.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The parameters of user-defined modules.</summary>
    public IEnumerable<Parameter> ModuleParameters => _modules.SelectMany(module => module.parameters());

    /// <summary>The parameter that holds everything that is trained outside user-defined modules.</summary>
    public Parameter Flat => _flat;

    /// <summary>Whether one flat parameter holds everything that is trained.</summary>
    public bool IsFlat => _modules.Count == 0;

    /// <summary>Whether a batch of one row cannot be trained on: batch normalization needs two rows for a variance.</summary>
    public bool NeedsSeveralRows =>
        _layout.Root.DescendantsAndSelf().Any(node => node.Layer.MixesRows)
        || _modules.Any(module => module.modules().Append(module).Any(part => part is BatchNorm));

    /// <summary>The flat parameter's values, in host memory; valid while the network's tensors live.</summary>
    public unsafe float* ParameterPointer => Pointer(_flat);

    /// <summary>The flat gradient's values, in host memory.</summary>
    public unsafe float* GradientPointer => Pointer(_gradient);

    /// <summary>The values that are kept but not trained, in host memory.</summary>
    public unsafe float* BufferPointer => Pointer(_buffers);

    /// <summary>[rows, inputs] to [rows, outputs].</summary>
    public Tensor Forward(Tensor input, bool training) => ForwardScaled(Scale(input), training);

    /// <summary>Applies the input scaling at the network's start, which training does not change; returns the input itself if there is none.</summary>
    public Tensor Scale(Tensor input) => _layout.InputScaling is { } scaling ? Evaluate(scaling.Nodes, input, training: false) : input;

    /// <summary>Computes everything after <see cref="Scale"/>.</summary>
    public Tensor ForwardScaled(Tensor input, bool training)
    {
        if (_modulesTrain != training)
        {
            _modules.ForEach(module => module.train(training));
            _modulesTrain = training;
        }

        return Evaluate(_layout.AfterScaling, input, training);
    }

    /// <summary>The precision of the Linears' products while training.</summary>
    public Precision Precision { get; }

    /// <summary>What dropout draws, so that torch's global generator stays untouched.</summary>
    public DropoutNoise DropoutNoise => _dropout;

    /// <summary>The network, layer by layer.</summary>
    public NetworkLayout Layout => _layout;

    /// <summary>A factor on every dropout's probability.</summary>
    public double DropoutFactor { get; set; } = 1;

    /// <summary>The tensor that holds a place's values.</summary>
    public Tensor this[TensorPlace place] => _tensors[place];

    /// <summary>The module of a <see cref="ModuleLayer"/>.</summary>
    public nn.Module<Tensor, Tensor> ModuleOf(LayerNode node) => _moduleOf[node];

    public void ZeroGradient()
    {
        _gradient.zero_();
        _modules.ForEach(module => module.zero_grad(set_to_none: false));
    }

    /// <summary>Sets all weights.</summary>
    public void Load(float[] parameters, float[] buffers)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        _flat.copy_(tensor(parameters, ScalarType.Float32));
        _buffers.copy_(tensor(buffers, ScalarType.Float32));
        foreach (var place in _modulePlaces)
            _tensors[place].copy_((place.IsTrained ? _flat : _buffers).narrow(0, place.Offset, place.Count).view_as(_tensors[place]));
    }

    /// <summary>Returns a copy of all trained values.</summary>
    public float[] CopyParameters() => Copy(_flat, place => place.IsTrained ? _tensors[place] : null);

    /// <summary>Returns a copy of all values that are kept but not trained.</summary>
    public float[] CopyBuffers() => Copy(_buffers, place => place.IsTrained ? null : _tensors[place]);

    /// <summary>Returns a copy of the gradient of all trained values.</summary>
    public float[] CopyGradient() => Copy(_gradient, place => place.IsTrained ? _tensors[place].grad : null);

    /// <summary>Writes all weights and the state of dropout's random numbers; with modules, also that of torch's global one.</summary>
    public void Save(ValueWriter state)
    {
        state.Write(CopyParameters());
        state.Write(CopyBuffers());
        _dropout.Save(state);
        if (!IsFlat)
            RandomState.Save(state, Generator.Default);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(ValueReader state)
    {
        Load(state.ReadFloats(_layout.ParameterCount), state.ReadFloats(_layout.BufferCount));
        _dropout.Load(state);
        if (!IsFlat)
            RandomState.Load(state, Generator.Default);
    }

    /// <summary>Releases what belongs to no dispose scope: TorchSharp removes a module's parameters from theirs.</summary>
    public void Dispose()
    {
        _dropout.Dispose();
        _modules.ForEach(module => module.Dispose());
    }

    private Tensor Evaluate(IReadOnlyList<LayerNode> nodes, Tensor input, bool training)
    {
        _evaluator.IsTraining = training;
        return _evaluator.ReadAll(nodes, input);
    }

    private static unsafe float* Pointer(Tensor tensor) => TrainingRows.Pointer(tensor);

    private static Parameter MakeParameter(Tensor gradient) => new(zeros_like(gradient)) { grad = gradient };

    private void AddViews(LayerNode node)
    {
        foreach (var place in node.Parameters)
        {
            long[] shape = [.. place.Shape.Select(size => (long)size)];
            if (!place.IsTrained)
            {
                _tensors.Add(place, _buffers.narrow(0, place.Offset, place.Count).view(shape));
                continue;
            }

            // A separate leaf that shares the flat tensor's memory: autograd adds each gradient in place to its view.
            var view = _flat.detach().narrow(0, place.Offset, place.Count).view(shape).requires_grad_();
            view.grad = _gradient.narrow(0, place.Offset, place.Count).view(shape);
            _tensors.Add(place, view);
        }
    }

    private void AddModule(LayerNode node, ModuleLayer layer, Device device, int seed)
    {
        var module = DenseNetModules.Create(layer, node.InputWidth, seed).to(device);
        _modules.Add(module);
        _moduleOf.Add(node, module);
        foreach (var (place, value) in node.Parameters.Zip(module.state_dict().Values))
        {
            _tensors.Add(place, value);
            _modulePlaces.Add(place);
        }

        _moduleNodes.Add(node);
    }

    /// <summary>Rejects a module that no longer has the tensors being trained: what it learned since would be lost.</summary>
    /// <exception cref="InvalidOperationException">A module has lost a tensor, or has another in its place.</exception>
    public void CheckModules()
    {
        foreach (var (node, module) in _moduleNodes.Zip(_modules))
        {
            var layer = (ModuleLayer)node.Layer;
            var state = module.state_dict();
            foreach (var (place, tensor) in node.Parameters.Zip(layer.Tensors))
            {
                var trained = _tensors[place];
                var current = state.GetValueOrDefault(tensor.Name);
                if (!trained.IsInvalid && ReferenceEquals(current, trained))
                    continue;
                bool isReplaced = current is not null && !ReferenceEquals(current, trained);
                string found = isReplaced ? "another tensor than when training began" : trained.IsInvalid ? "disposed" : "gone";
                throw new InvalidOperationException($"Tensor '{tensor.Name}' of module '{layer.Name}' is {found}: a module must keep its tensors while it is trained. Change their values in place, for example with copy_ under torch.no_grad().");
            }
        }
    }

    /// <summary>The flat tensor's values, with those of modules in their places.</summary>
    private float[] Copy(Tensor flat, Func<TensorPlace, Tensor?> ofModule)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (flat.numel() == 0)
            return [];
        CheckModules();
        float[] values = flat.detach().cpu().data<float>().ToArray();
        foreach (var place in _modulePlaces)
            ofModule(place)?.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().CopyTo(values, place.Offset);
        return values;
    }
}
