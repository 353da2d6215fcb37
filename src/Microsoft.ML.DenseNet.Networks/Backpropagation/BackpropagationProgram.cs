namespace Microsoft.ML.DenseNet;

/// <summary>
/// A network compiled for training in host memory: computes its outputs for a batch of rows, and a loss's gradient by its parameters.
/// </summary>
/// <remarks>
/// A step runs in three rounds, divided up by a <see cref="WorkTeam"/>: pack the weights; take some rows forward, through the loss and
/// backward, while their values are in the cache; sum up the parameters' gradient. No result depends on the number of threads. A step that
/// reads the whole batch, as BatchNorm does, divides the second round: all rows reach it before any goes on.
/// </remarks>
internal sealed unsafe partial class BackpropagationProgram : IDisposable
{
    /// <summary>
    /// The maximum number of rows whose activations are held, members of an ensemble counted as rows; larger batches are processed in parts
    /// whose gradients add up.
    /// </summary>
    internal const int MaximumCapacity = 8192;

    /// <summary>The fewest rows that the kernels process well, members of an ensemble counted as rows.</summary>
    private const int FewestChunkRows = 16;

    /// <summary>The floats that the activations of a chunk of rows may fill, values and gradients: about a second-level cache.</summary>
    private const int ChunkFloats = 160 * 1024;

    private readonly BackpropagationStep[] _steps;
    private readonly int[] _barriers; // the steps that read the whole batch
    private readonly Activations _input;
    private readonly Activations _output;
    private readonly Activations _prediction;
    private readonly WorkTeam _team;
    private readonly SlotIndex? _index;
    private readonly (BackpropagationStep Step, int Part)[] _preparations;
    private readonly (BackpropagationStep Step, int Part)[] _gradients;
    private readonly int _capacity;
    private readonly int _members;
    private readonly int _mostChunkRows;
    private readonly uint _seed;
    private readonly float[] _losses;
    private readonly Action<int> _prepare;
    private readonly Action<int> _runChunk;
    private readonly Action<int> _sumGradient;
    private readonly Action<int> _readBatch;
    private readonly Action<int> _readBatchGradient;

    // What the rounds of the current pass work on.
    private RowBatch _batch;
    private int[]? _places;
    private Pass _pass;
    private RowLoss? _loss;
    private float _lossFactor;
    private int _chunkRows;
    private Range _forward;
    private Range _backward;
    private bool _readsFeatures;
    private bool _computesLoss;
    private BackpropagationStep? _reader;
    private bool _adds;
    private int _firstGradient;

    private BackpropagationProgram(BackpropagationStep[] steps, Activations input, int capacity, int members, WorkTeam team, int seed, SlotIndex? index, IReadOnlyList<RowGradient> rowGradients)
    {
        _steps = steps;
        _barriers = [.. Enumerable.Range(0, steps.Length).Where(i => steps[i].BatchParts > 0)];
        _index = index;
        RowGradients = rowGradients;
        _input = input;
        _prediction = steps.Length == 0 ? input : steps[^1].Output;
        _output = steps is [.., MemberMeanBackpropagation mean] ? mean.Input : _prediction;
        _team = team;
        _capacity = capacity;
        _members = members;
        _seed = unchecked((uint)seed * 0x85EBCA6Bu);
        _losses = new float[capacity];
        _preparations = [.. steps.SelectMany(step => Enumerable.Range(0, step.PrepareParts).Select(part => (step, part)))];
        _gradients = [.. steps.Reverse().SelectMany(step => Enumerable.Range(0, step.GradientParts).Select(part => (step, part)))];
        long floatsPerRow = _input.Stride + steps.Sum(step => (long)step.Output.Stride * (step.WorksInPlace ? 1 : 2));
        _mostChunkRows = (int)Math.Clamp(ChunkFloats / floatsPerRow, Math.Max(FewestChunkRows / members, 1), 128);
        _prepare = part => _preparations[part].Step.Prepare(_preparations[part].Part);
        _runChunk = RunChunk;
        _sumGradient = part => _gradients[_firstGradient + part].Step.ComputeParameterGradient(_gradients[_firstGradient + part].Part, _batch.Count, _adds);
        _readBatch = part => _reader!.ReadBatch(part, _batch.Count);
        _readBatchGradient = part => _reader!.ReadBatchGradient(part, _batch.Count, _adds);
    }

    /// <summary>The number of outputs in training: those of all members of an ensemble.</summary>
    public int OutputWidth => _output.Width;

    /// <summary>The number of outputs in prediction.</summary>
    public int PredictionWidth => _prediction.Width;

    /// <summary>The number of passes so far; together with the seed it determines what the next one drops.</summary>
    public uint Passes { get; set; }

    /// <summary>The gradients that are kept apart, with the rows that the last batch touched; see <see cref="InputForm.SparseRows"/>.</summary>
    public IReadOnlyList<RowGradient> RowGradients { get; }

    /// <summary>Whether all layers can be compiled.</summary>
    /// <param name="layers">The layers without input scaling.</param>
    public static bool Supports(IReadOnlyList<LayerNode> layers) =>
        NodesOf(layers).All(node => node.Layer.HasManagedGradient && (node.Layer is not MemberMeanLayer || node == layers[^1]));

    /// <summary>Returns the number of rows whose activations are held at once: all, if a row depends on the others of its batch.</summary>
    /// <param name="layers">As for <see cref="Supports"/>.</param>
    /// <param name="batchSize">The number of rows in a batch.</param>
    public static int Capacity(IReadOnlyList<LayerNode> layers, int batchSize) => NodesOf(layers).Any(node => node.Layer.MixesRows)
        ? batchSize
        : Math.Min(batchSize, MaximumCapacity / MembersOf(layers));

    /// <summary>Whether everything that reads the features can do so without their zeros.</summary>
    /// <param name="layers">As for <see cref="Supports"/>.</param>
    public static bool ReadsSparse(IReadOnlyList<LayerNode> layers) => layers is [var first, ..] && first.Layer.ReadsSparse;

    /// <summary>Compiles layers.</summary>
    /// <param name="layers">The layers without input scaling.</param>
    /// <param name="inputWidth">The number of features.</param>
    /// <param name="parameters">The network's parameters; they may change between passes.</param>
    /// <param name="gradient">Where their gradient goes.</param>
    /// <param name="buffers">The values that are kept but not trained.</param>
    /// <param name="batchSize">The number of rows in a batch.</param>
    /// <param name="holdsBatch">Whether <see cref="Backward"/> needs whole batches; otherwise large ones are processed in parts.</param>
    /// <param name="team">Runs the work; remains the caller's.</param>
    /// <param name="seed">The seed for dropout.</param>
    /// <param name="form">How features are read.</param>
    /// <param name="oneHot">The form of dense rows; null if they have all slots.</param>
    public static BackpropagationProgram Compile(
        IReadOnlyList<LayerNode> layers, int inputWidth, float* parameters, float* gradient, float* buffers, int batchSize, bool holdsBatch, WorkTeam team, int seed, InputForm form = InputForm.Dense, OneHotForm? oneHot = null) => VectorWidths.Widest switch
    {
        VectorWidth.Vector512 => Compile<SimdVector512>(layers, inputWidth, parameters, gradient, buffers, batchSize, holdsBatch, team, seed, form, oneHot),
        VectorWidth.Vector256 => Compile<SimdVector256>(layers, inputWidth, parameters, gradient, buffers, batchSize, holdsBatch, team, seed, form, oneHot),
        VectorWidth.Vector128 => Compile<SimdVector128>(layers, inputWidth, parameters, gradient, buffers, batchSize, holdsBatch, team, seed, form, oneHot),
        _ => Compile<ScalarVector>(layers, inputWidth, parameters, gradient, buffers, batchSize, holdsBatch, team, seed, form, oneHot),
    };

    /// <summary><see cref="Compile(IReadOnlyList{LayerNode}, int, float*, float*, float*, int, bool, WorkTeam, int, InputForm, OneHotForm)"/> for a given vector type.</summary>
    internal static BackpropagationProgram Compile<TVector>(
        IReadOnlyList<LayerNode> layers, int inputWidth, float* parameters, float* gradient, float* buffers, int batchSize, bool holdsBatch, WorkTeam team, int seed, InputForm form = InputForm.Dense, OneHotForm? oneHot = null)
        where TVector : struct, ISimdVector<TVector>
    {
        int capacity = holdsBatch ? batchSize : Capacity(layers, batchSize);
        var index = form == InputForm.Dense ? null : new SlotIndex(inputWidth, listsTouched: form == InputForm.SparseRows, team);
        var rowGradients = new List<RowGradient>();
        var input = new Activations(index is null ? oneHot?.Width ?? inputWidth : 0); // sparse rows are read where they are
        var compiler = new BackpropagationCompiler<TVector>(parameters, gradient, buffers, capacity, index, form == InputForm.SparseRows ? rowGradients : null, oneHot);
        var program = new BackpropagationProgram(compiler.Compile(layers, input), input, capacity, MembersOf(layers), team, seed, index, rowGradients);
        try
        {
            input.Allocate(capacity);
            compiler.Allocate();
            return program;
        }
        catch
        {
            program.Dispose(); // frees what had been allocated
            throw;
        }
    }

    /// <summary>Computes the gradient of the mean loss of some rows, and returns the mean loss.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="loss">The loss of a row.</param>
    /// <param name="dropoutFactor">A factor on every dropout's probability.</param>
    /// <param name="receiver">Receives the gradient as far as it is final; null for no one.</param>
    public double ComputeGradient(in RowBatch batch, RowLoss loss, double dropoutFactor, IGradientReceiver? receiver = null)
    {
        double divisor = loss.Divisor(in batch);
        _places = batch.Places;
        _loss = loss;
        _lossFactor = (float)(1 / divisor);
        Prepare();
        BeginGradient(in batch);
        double total = 0;
        for (int first = 0; first < batch.Count; first += _capacity)
        {
            Begin(batch.Slice(first, Math.Min(_capacity, batch.Count - first)), first, isTraining: true, dropoutFactor, adds: first > 0);
            RunChunks(forward: true, backward: true);
            for (int row = 0; row < _batch.Count; row++)
                total += _losses[row];
            if (receiver is not null && first + _batch.Count == batch.Count)
                SumGradient(receiver, total / divisor);
            else
                SumGradient();
        }

        return total / divisor;
    }

    /// <summary>Takes rows forward; <see cref="Backward"/> may follow if whole batches are held.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="outputs">Receives [rows, outputs].</param>
    /// <param name="isTraining">Whether dropout is active, BatchNorm uses the batch's statistics, and an ensemble's members are not averaged.</param>
    /// <param name="dropoutFactor">A factor on every dropout's probability.</param>
    public void Forward(in RowBatch batch, Span<float> outputs, bool isTraining, double dropoutFactor)
    {
        var result = isTraining ? _output : _prediction;
        Prepare();
        _loss = null;
        for (int first = 0; first < batch.Count; first += _capacity)
        {
            Begin(batch.Slice(first, Math.Min(_capacity, batch.Count - first)), 0, isTraining, dropoutFactor, adds: false);
            RunChunks(forward: true, backward: false);
            for (int row = 0; row < _batch.Count; row++)
                new ReadOnlySpan<float>(result.Values + ((long)row * result.Stride), result.Width).CopyTo(outputs[((first + row) * result.Width)..]);
        }
    }

    /// <summary>Computes the gradient by the parameters, given the gradient by the outputs of the last <see cref="Forward"/>.</summary>
    /// <param name="outputGradient">[rows, outputs].</param>
    /// <param name="adds">Whether to add to the gradient already there.</param>
    public void Backward(ReadOnlySpan<float> outputGradient, bool adds)
    {
        _adds = adds;
        BeginGradient(in _batch);
        for (int row = 0; row < _batch.Count; row++)
            outputGradient.Slice(row * OutputWidth, OutputWidth).CopyTo(new Span<float>(_output.Gradient + ((long)row * _output.Stride), OutputWidth));
        RunChunks(forward: false, backward: true);
        SumGradient();
    }

    public void Dispose()
    {
        _input.Dispose();
        foreach (var step in _steps)
            step.Output.Dispose();
    }

    private static IEnumerable<LayerNode> NodesOf(IEnumerable<LayerNode> layers) => layers.SelectMany(layer => layer.DescendantsAndSelf());

    /// <summary>The number of members that an ensemble computes side by side; 1 for any other network.</summary>
    private static int MembersOf(IEnumerable<LayerNode> layers) => NodesOf(layers).Select(node => node.Layer).OfType<RepeatLayer>().Select(repeat => repeat.Count).DefaultIfEmpty(1).Max();

    private void BeginGradient(in RowBatch batch)
    {
        _index?.Build(in batch);
        foreach (var step in _steps)
            step.BeginGradient();
    }

    private void Begin(RowBatch batch, int firstRow, bool isTraining, double dropoutFactor, bool adds)
    {
        _batch = batch;
        _index?.Begin(in batch, firstRow);
        _adds = adds;
        _pass = new Pass(isTraining, unchecked(_seed + Passes++), dropoutFactor, _places, firstRow);
    }

    private void Prepare() => _team.Run(_preparations.Length, _prepare);

    private void RunChunks(bool forward, bool backward)
    {
        int chunks = Math.Max((_batch.Count + _mostChunkRows - 1) / _mostChunkRows, 1);
        chunks = (int)Math.Min((chunks + _team.Threads - 1) / _team.Threads * _team.Threads, Math.Clamp((long)_batch.Count * _members / 8, 1, Math.Max(_batch.Count, 1)));
        _chunkRows = (_batch.Count + chunks - 1) / chunks;
        int[] barriers = _pass.IsTraining ? _barriers : [];
        int end = _steps.Length, start = 0;
        _readsFeatures = forward && _index is null;
        foreach (int barrier in forward ? barriers : [])
        {
            Run(start..barrier, 0..0);
            Read(barrier, _readBatch);
            start = barrier;
        }

        if (!backward)
        {
            Run(start..end, 0..0);
            return;
        }

        // The last steps forward and the first backward share a round, while the values are in the cache.
        var last = forward ? start..end : 0..0;
        _computesLoss = _loss is not null;
        for (int i = barriers.Length - 1; i >= 0; i--)
        {
            Run(last, (barriers[i] + 1)..end);
            Read(barriers[i], _readBatchGradient);
            (last, end) = (0..0, barriers[i] + 1);
        }

        Run(last, 0..end);
    }

    private void Read(int step, Action<int> read)
    {
        _reader = _steps[step];
        _team.Run(_reader.BatchParts, read);
    }

    /// <summary>Takes all rows through some steps forward and then through some backward.</summary>
    private void Run(Range forward, Range backward)
    {
        _forward = forward;
        _backward = backward;
        _team.Run((_batch.Count + _chunkRows - 1) / _chunkRows, _runChunk);
        _readsFeatures = _computesLoss = false;
    }

    private void RunChunk(int chunk)
    {
        int first = chunk * _chunkRows;
        int rows = Math.Min(_chunkRows, _batch.Count - first);
        for (int row = first; _readsFeatures && row < first + rows; row++)
            _batch.Features(row).CopyTo(new Span<float>(_input.Values + ((long)row * _input.Stride), _input.Width));
        for (int i = _forward.Start.Value; i < _forward.End.Value; i++)
            _steps[i].Forward(first, rows, in _pass);

        if (_computesLoss)
            ComputeLoss(_loss!, first, rows);
        for (int i = _backward.End.Value - 1; i >= _backward.Start.Value; i--)
        {
            if (_steps[i].Input.NeedsGradient)
                _steps[i].Backward(first, rows, in _pass);
        }
    }

    private void ComputeLoss(RowLoss loss, int first, int rows)
    {
        for (int row = first; row < first + rows; row++)
        {
            var outputs = new ReadOnlySpan<float>(_output.Values + ((long)row * _output.Stride), OutputWidth);
            var gradient = new Span<float>(_output.Gradient + ((long)row * _output.Stride), OutputWidth);
            float weight = _batch.Weight(row);
            _losses[row] = weight * loss.Evaluate(outputs, _batch.Label(row), weight * _lossFactor, gradient);
        }
    }
}
