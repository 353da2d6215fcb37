using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A network compiled for prediction: a short list of steps over scratch buffers, with the weights packed for the machine's vectors.
/// Immutable; any number of threads may run it at once. Running allocates nothing once the array pool is warm.
/// </summary>
/// <remarks>
/// A dense row produces the same bits alone, in a block of any size and at any <see cref="VectorWidth"/>. A sparse row's first layer is
/// summed in double precision, so its result may differ from the dense row's in the last bits.
/// </remarks>
internal sealed class NetworkProgram
{
    /// <summary>The most scratch space, in floats, that a run takes from the stack.</summary>
    private const int StackFloats = 2048;

    /// <summary>Scratch space, in floats, that a block of rows may fill: half of an L2 cache, so that the weights fit beside it.</summary>
    private const int BlockFloats = 64 * 1024;

    /// <summary>Scratch space, in floats, above which a block has fewer rows than a tile takes, down to one.</summary>
    private const int MaximumBlockFloats = 1024 * 1024;

    /// <summary>The maximum number of rows computed at a time.</summary>
    private const int MaximumBlockRows = 32 * TileKernel.MaximumRows;

    /// <summary>The most floats by which scratch space is moved up to the start of a cache line.</summary>
    private const int Alignment = 16;

    private readonly ProgramStep[] _steps;
    private readonly ScratchLayout _scratch;
    private readonly Operand _output;
    private readonly SparseInput? _sparseInput;
    private readonly int _blockRows;

    private NetworkProgram(int inputWidth, ProgramStep[] steps, ScratchLayout scratch, Operand output, SparseInput? sparseInput)
    {
        InputWidth = inputWidth;
        OutputWidth = output.Width;
        _steps = steps;
        _scratch = scratch;
        _output = output;
        _sparseInput = sparseInput;

        int perRow = Math.Max(scratch.FloatsPerRow, 1);
        int rows = BlockFloats / perRow / TileKernel.MaximumRows * TileKernel.MaximumRows;
        rows = Math.Clamp(rows, TileKernel.MaximumRows, MaximumBlockRows);
        _blockRows = Math.Clamp(MaximumBlockFloats / perRow, 1, rows);
    }

    /// <summary>The number of features.</summary>
    public int InputWidth { get; }

    /// <summary>The number of outputs.</summary>
    public int OutputWidth { get; }

    /// <summary>The steps, to inspect what became of the layers.</summary>
    internal IReadOnlyList<ProgramStep> Steps => _steps;

    /// <summary>Compiles a network.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="parameters">Its trained values, laid out by <see cref="TensorPlace"/>.</param>
    /// <param name="buffers">Its other values, laid out the same way.</param>
    /// <param name="width">The vector registers to use.</param>
    /// <param name="quantization">How the weights of Linears are held.</param>
    /// <exception cref="PlatformNotSupportedException">The machine has no such registers.</exception>
    internal static NetworkProgram Compile(
        NetworkLayout layout, float[] parameters, float[] buffers, VectorWidth width = VectorWidth.Widest, NetworkQuantization quantization = NetworkQuantization.None)
    {
        ArgumentNullException.ThrowIfNull(layout);
        CheckLength(parameters.Length, layout.ParameterCount, "trained values", nameof(parameters));
        CheckLength(buffers.Length, layout.BufferCount, "values that are not trained", nameof(buffers));
        Guard.Defined(width, nameof(width));
        if (!VectorWidths.IsSupported(width))
            throw new PlatformNotSupportedException($"This machine has no hardware support for {width}.");

        return (width == VectorWidth.Widest ? VectorWidths.Widest : width) switch
        {
            VectorWidth.Vector512 => Compile<SimdVector512>(layout, parameters, buffers, quantization),
            VectorWidth.Vector256 => Compile<SimdVector256>(layout, parameters, buffers, quantization),
            VectorWidth.Vector128 => Compile<SimdVector128>(layout, parameters, buffers, quantization),
            _ => Compile<ScalarVector>(layout, parameters, buffers, quantization),
        };
    }

    /// <summary>Fetches what the steps need from outside the model, so that anything missing is reported before the first row.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what.</exception>
    public void Prepare()
    {
        foreach (var step in _steps)
            step.Prepare();
    }

    /// <summary>Computes one dense row.</summary>
    /// <param name="features"><see cref="InputWidth"/> values.</param>
    /// <param name="output">Receives <see cref="OutputWidth"/> values.</param>
    public void Run(ReadOnlySpan<float> features, Span<float> output)
    {
        CheckLength(features.Length, InputWidth, "features", nameof(features));
        CheckLength(output.Length, OutputWidth, "outputs", nameof(output));
        RunDense(features, 1, output);
    }

    /// <summary>Computes one sparse row.</summary>
    /// <param name="indices">The slots that have a value, ascending.</param>
    /// <param name="values">The values of those slots; all others are 0.</param>
    /// <param name="output">Receives <see cref="OutputWidth"/> values.</param>
    public void Run(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> output)
    {
        CheckLength(values.Length, indices.Length, "values, one for each index,", nameof(values));
        if (!SparseIndices.AreInOrder(indices, InputWidth))
        {
            var (bad, previous) = SparseIndices.FirstFault(indices, InputWidth);
            throw new ArgumentException($"Index {bad} follows {previous}; indices must ascend and lie from 0 to {InputWidth - 1}.", nameof(indices));
        }

        RunChecked(indices, values, output);
    }

    /// <summary>Computes one sparse row whose indices <see cref="SparseIndices.AreInOrder"/> has validated: they address memory without a check.</summary>
    /// <param name="indices">The slots that have a value, ascending.</param>
    /// <param name="values">The values of those slots; all others are 0.</param>
    /// <param name="output">Receives <see cref="OutputWidth"/> values.</param>
    public void RunChecked(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> output)
    {
        CheckLength(output.Length, OutputWidth, "outputs", nameof(output));
        if (_sparseInput is not null)
            RunSparse(_sparseInput, indices, values, output);
        else
            RunAsDense(indices, values, output);
    }

    /// <summary>Computes many dense rows; each produces the same bits as alone.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, <see cref="InputWidth"/>], row-major.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="outputs">Shape [<paramref name="rows"/>, <see cref="OutputWidth"/>], row-major.</param>
    public void RunBlock(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        CheckLength(features.Length, (long)rows * InputWidth, "features", nameof(features));
        CheckLength(outputs.Length, (long)rows * OutputWidth, "outputs", nameof(outputs));
        for (int start = 0, count; start < rows; start += count)
        {
            count = Math.Min(rows - start, _blockRows);
            RunDense(features.Slice(start * InputWidth, count * InputWidth), count, outputs.Slice(start * OutputWidth, count * OutputWidth));
        }
    }

    /// <summary>The steps, one per line.</summary>
    public override string ToString() => string.Join('\n', (object[])_steps);

    private static NetworkProgram Compile<TVector>(NetworkLayout layout, float[] parameters, float[] buffers, NetworkQuantization quantization)
        where TVector : struct, ISimdVector<TVector>
    {
        var compiler = new ProgramCompiler<TVector>(parameters, buffers, quantization);
        var output = compiler.Compile(layout.Root);
        return new NetworkProgram(layout.InputWidth, [.. compiler.Steps], compiler.Scratch, output, compiler.SparseInput);
    }

    private static void CheckLength(int actual, long expected, string what, string argument)
    {
        if (actual != expected)
            throw new ArgumentException($"{expected} {what} were expected; there are {actual}.", argument);
    }

    [SkipLocalsInit]
    private void RunDense(ReadOnlySpan<float> features, int rows, Span<float> outputs)
    {
        int size = checked((_scratch.FloatsPerRow * rows) + Alignment);
        float[]? rented = size > StackFloats ? ArrayPool<float>.Shared.Rent(size) : null;
        Span<float> scratch = rented ?? stackalloc float[StackFloats];
        var frame = new Frame(_scratch, in MemoryMarshal.GetReference(features), InputWidth, ref Align(scratch), rows);
        RunSteps(in frame, 0, outputs);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
    }

    [SkipLocalsInit]
    private void RunSparse(SparseInput input, ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> output)
    {
        int size = _scratch.FloatsPerRow + Alignment;
        float[]? rented = size > StackFloats ? ArrayPool<float>.Shared.Rent(size) : null;
        Span<float> scratch = rented ?? stackalloc float[StackFloats];
        var frame = new Frame(_scratch, in Unsafe.NullRef<float>(), 0, ref Align(scratch), 1);
        input.Run(in frame, indices, values);
        RunSteps(in frame, input.NextStep, output);
        if (rented is not null)
            ArrayPool<float>.Shared.Return(rented);
    }

    private void RunAsDense(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> output)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(InputWidth);
        var features = rented.AsSpan(0, InputWidth);
        features.Clear();
        for (int i = 0; i < indices.Length; i++)
            features[indices[i]] = values[i];
        RunDense(features, 1, output);
        ArrayPool<float>.Shared.Return(rented);
    }

    private void RunSteps(in Frame frame, int firstStep, Span<float> outputs)
    {
        foreach (var step in _steps.AsSpan(firstStep))
            step.Run(in frame);

        ref float source = ref Unsafe.AsRef(in frame.Read(_output, out nuint stride));
        for (int row = 0; row < frame.Rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(in source, OutputWidth).CopyTo(outputs.Slice(row * OutputWidth, OutputWidth));
            source = ref Unsafe.Add(ref source, stride);
        }
    }

    /// <summary>Returns the first float at the start of a cache line. If the garbage collector moves the array afterwards, only speed suffers.</summary>
    private static unsafe ref float Align(Span<float> scratch)
    {
        ref float start = ref MemoryMarshal.GetReference(scratch);
        nuint misalignment = (nuint)Unsafe.AsPointer(ref start) / sizeof(float) % Alignment;
        return ref Unsafe.Add(ref start, (Alignment - misalignment) % Alignment);
    }
}
