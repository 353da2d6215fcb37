namespace Microsoft.ML.DenseNet;

/// <summary>
/// A network compiled to compute, for a block of rows, its outputs and the gradient of a function of them with respect to the input. The parameters have
/// no gradient. Not thread-safe: each thread needs its own.
/// </summary>
/// <remarks>
/// Write rows to <see cref="Input"/>, call <see cref="Forward"/>, read <see cref="Output"/>; then, any number of times, write
/// <see cref="OutputGradient"/>, call <see cref="Backward"/> and read <see cref="InputGradient"/>. Nothing is allocated on the way.
/// </remarks>
internal sealed unsafe class InputGradientProgram : IDisposable
{
    /// <summary>The fewest rows that the kernels process well.</summary>
    private const int FewestRows = 8;

    /// <summary>More rows no longer make a product faster.</summary>
    private const int MostRows = 64;

    /// <summary>The floats that the rows may fill, values and gradients: about a second-level cache.</summary>
    private const int BlockFloats = 160 * 1024;

    /// <summary>With wide rows, there are fewer at a time than the kernels process well.</summary>
    private const int MaximumBlockFloats = 8 * 1024 * 1024;

    private readonly BackpropagationStep[] _steps;
    private readonly Activations _input;
    private readonly Activations _output;

    // The steps read them through pointers.
    private readonly float[] _parameters;
    private readonly float[] _buffers;

    private InputGradientProgram(BackpropagationStep[] steps, Activations input, int capacity, float[] parameters, float[] buffers)
    {
        _steps = steps;
        _input = input;
        _output = steps.Length == 0 ? input : steps[^1].Output;
        _parameters = parameters;
        _buffers = buffers;
        Capacity = capacity;
    }

    /// <summary>Frees the memory of a program that nobody disposed.</summary>
    ~InputGradientProgram() => Free();

    /// <summary>The maximum number of rows at a time.</summary>
    public int Capacity { get; }

    /// <summary>The number of outputs.</summary>
    public int OutputWidth => _output.Width;

    /// <summary>Whether all layers can be compiled: all but torch modules.</summary>
    /// <param name="layers">The layers.</param>
    public static bool Supports(IEnumerable<LayerNode> layers) => !layers.SelectMany(layer => layer.DescendantsAndSelf()).Any(node => node.Layer is ModuleLayer);

    /// <summary>Compiles layers.</summary>
    /// <param name="layers">The layers, in sequence.</param>
    /// <param name="inputWidth">The width of the first one's input.</param>
    /// <param name="parameters">The network's parameters, in an array that is pinned.</param>
    /// <param name="buffers">Its other values, in an array that is pinned.</param>
    /// <param name="width">The vector registers to use.</param>
    public static InputGradientProgram Compile(IReadOnlyList<LayerNode> layers, int inputWidth, float[] parameters, float[] buffers, VectorWidth width = VectorWidth.Widest) =>
        Compile(layers, new GivenOutputs(inputWidth, []), parameters, buffers, width);

    /// <summary>Compiles what comes after embeddings of single features. The program's input is the features, followed by what the embeddings compute.</summary>
    /// <param name="layers">The layers, in sequence.</param>
    /// <param name="inputWidth">The number of features.</param>
    /// <param name="embeddings">The embeddings.</param>
    /// <param name="parameters">The network's parameters, in an array that is pinned.</param>
    /// <param name="buffers">Its other values, in an array that is pinned.</param>
    /// <param name="width">The vector registers to use.</param>
    public static InputGradientProgram CompileAfterEmbeddings(
        IReadOnlyList<LayerNode> layers, int inputWidth, IEnumerable<LayerNode> embeddings, float[] parameters, float[] buffers, VectorWidth width) =>
        Compile(layers, new GivenOutputs(inputWidth, embeddings), parameters, buffers, width);

    /// <summary>Compiles what comes after the EmbeddingBags that alone read the layers' input. The program's input is what they compute, side by side.</summary>
    /// <param name="layers">The layers, in sequence.</param>
    /// <param name="bags">The EmbeddingBags.</param>
    /// <param name="parameters">The network's parameters, in an array that is pinned.</param>
    /// <param name="buffers">Its other values, in an array that is pinned.</param>
    /// <param name="width">The vector registers to use.</param>
    public static InputGradientProgram CompileAfterBags(IReadOnlyList<LayerNode> layers, IReadOnlyList<LayerNode> bags, float[] parameters, float[] buffers, VectorWidth width) =>
        Compile(layers, new GivenOutputs(0, bags), parameters, buffers, width);

    /// <summary>A row of the input.</summary>
    public Span<float> Input(int row) => new(_input.Values + ((long)row * _input.Stride), _input.Width);

    /// <summary>A row of the outputs.</summary>
    public ReadOnlySpan<float> Output(int row) => new(_output.Values + ((long)row * _output.Stride), _output.Width);

    /// <summary>A row of the gradient with respect to the outputs.</summary>
    public Span<float> OutputGradient(int row) => new(_output.Gradient + ((long)row * _output.Stride), _output.Width);

    /// <summary>A row of the gradient with respect to the input.</summary>
    public ReadOnlySpan<float> InputGradient(int row) => new(_input.Gradient + ((long)row * _input.Stride), _input.Width);

    /// <summary>Computes the outputs of the first rows.</summary>
    /// <param name="rows">From 0 to <see cref="Capacity"/>.</param>
    public void Forward(int rows)
    {
        var pass = default(Pass);
        foreach (var step in _steps)
            step.Forward(0, rows, in pass);
        GC.KeepAlive(this);
    }

    /// <summary>Computes the gradient of the first rows; <see cref="Forward"/> has computed at least as many.</summary>
    /// <param name="rows">From 0 to <see cref="Capacity"/>.</param>
    public void Backward(int rows)
    {
        var pass = default(Pass);
        for (int i = _steps.Length - 1; i >= 0; i--)
            _steps[i].Backward(0, rows, in pass);
        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private static InputGradientProgram Compile(IReadOnlyList<LayerNode> layers, GivenOutputs given, float[] parameters, float[] buffers, VectorWidth width) =>
        (width == VectorWidth.Widest ? VectorWidths.Widest : width) switch
        {
            VectorWidth.Vector512 => Compile<SimdVector512>(layers, given, parameters, buffers),
            VectorWidth.Vector256 => Compile<SimdVector256>(layers, given, parameters, buffers),
            VectorWidth.Vector128 => Compile<SimdVector128>(layers, given, parameters, buffers),
            _ => Compile<ScalarVector>(layers, given, parameters, buffers),
        };

    private static InputGradientProgram Compile<TVector>(IReadOnlyList<LayerNode> layers, GivenOutputs given, float[] parameters, float[] buffers)
        where TVector : struct, ISimdVector<TVector>
    {
        int capacity = CapacityFor(layers, given.Width);
        var input = new Activations(given.Width) { NeedsGradient = true };
        var compiler = new PredictionCompiler<TVector>(Pointer(parameters), Pointer(buffers), capacity, given);
        var steps = compiler.Compile(layers, input);
        var program = new InputGradientProgram(steps, input, capacity, parameters, buffers);
        input.Allocate(capacity);
        compiler.Allocate();
        if (steps.Length == 0)
            input.AllocateGradient(capacity);
        foreach (var step in steps)
        {
            for (int part = 0; part < step.PrepareParts; part++)
                step.Prepare(part);
        }

        return program;
    }

    private static int CapacityFor(IReadOnlyList<LayerNode> layers, int inputWidth)
    {
        long perRow = 2 * (inputWidth + layers.SelectMany(layer => layer.DescendantsAndSelf()).Sum(node => (long)node.OutputWidth));
        return (int)Math.Clamp(MaximumBlockFloats / perRow, 1, Math.Clamp(BlockFloats / perRow, FewestRows, MostRows));
    }

    private static float* Pointer(float[] pinned) =>
        (float*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(pinned));

    private void Free()
    {
        _input.Dispose();
        foreach (var step in _steps)
            step.Output.Dispose();
        GC.KeepAlive(_parameters);
        GC.KeepAlive(_buffers);
    }
}
