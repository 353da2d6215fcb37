namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A network's passes in host memory, with arrays that the test keeps in place.</summary>
internal sealed unsafe class HostPass : IDisposable
{
    private readonly float[] _parameters;
    private readonly float[] _buffers;
    private readonly WorkTeam _team;
    private readonly BackpropagationProgram _program;

    public HostPass(NetworkLayout layout, IReadOnlyList<LayerNode> layers, float[] parameters, float[] buffers, int batch, int threads = 1, VectorWidth width = VectorWidth.Widest, int seed = 0, InputForm form = InputForm.Dense)
    {
        _parameters = GC.AllocateArray<float>(parameters.Length + 1, pinned: true);
        parameters.CopyTo(_parameters, 0);
        _buffers = GC.AllocateArray<float>(buffers.Length + 1, pinned: true);
        buffers.CopyTo(_buffers, 0);
        Gradient = GC.AllocateArray<float>(parameters.Length + 1, pinned: true);
        Gradient.AsSpan().Fill(float.NaN); // every value must be written
        _team = new WorkTeam(threads);
        int inputs = layers.Count == 0 ? layout.InputWidth : layers[0].InputWidth;
        fixed (float* values = _parameters, gradient = Gradient, kept = _buffers)
        {
            _program = width switch
            {
                VectorWidth.Vector512 => BackpropagationProgram.Compile<SimdVector512>(layers, inputs, values, gradient, kept, batch, holdsBatch: false, _team, seed, form),
                VectorWidth.Vector256 => BackpropagationProgram.Compile<SimdVector256>(layers, inputs, values, gradient, kept, batch, holdsBatch: false, _team, seed, form),
                VectorWidth.Vector128 => BackpropagationProgram.Compile<SimdVector128>(layers, inputs, values, gradient, kept, batch, holdsBatch: false, _team, seed, form),
                VectorWidth.Scalar => BackpropagationProgram.Compile<ScalarVector>(layers, inputs, values, gradient, kept, batch, holdsBatch: false, _team, seed, form),
                _ => BackpropagationProgram.Compile(layers, inputs, values, gradient, kept, batch, holdsBatch: false, _team, seed, form),
            };
        }
    }

    public float[] Gradient { get; }

    /// <summary>The values that are kept but not trained, as they are now.</summary>
    public float[] Buffers => _buffers[..^1];

    public float[] Forward(float[] features, int rows, bool training = false, double dropoutFactor = 1)
    {
        float[] outputs = new float[rows * (training ? _program.OutputWidth : _program.PredictionWidth)];
        fixed (float* values = features)
            _program.Forward(new RowBatch(values, features.Length / rows, null, null, null, rows), outputs, training, dropoutFactor);
        return outputs;
    }

    public IReadOnlyList<RowGradient> RowGradients => _program.RowGradients;

    public float[] Forward(SparseRows features, int rows)
    {
        float[] outputs = new float[rows * _program.OutputWidth];
        _program.Forward(new RowBatch(null, features.Width, null, null, null, rows, new SparseTable(features)), outputs, isTraining: false, dropoutFactor: 0);
        return outputs;
    }

    public void Backward(float[] outputGradient) => _program.Backward(outputGradient, adds: false);

    public double ComputeGradient(float[] features, float[] labels, float[]? weights, long[]? order, RowLoss loss, double dropoutFactor = 1)
    {
        fixed (float* x = features, y = labels, w = weights)
        fixed (long* places = order)
            return _program.ComputeGradient(new RowBatch(x, features.Length / labels.Length, y, w, places, order?.Length ?? labels.Length), loss, dropoutFactor);
    }

    public double ComputeGradient(SparseRows features, float[] labels, float[]? weights, long[]? order, RowLoss loss)
    {
        fixed (float* y = labels, w = weights)
        fixed (long* places = order)
            return _program.ComputeGradient(new RowBatch(null, features.Width, y, w, places, order?.Length ?? labels.Length, new SparseTable(features)), loss, dropoutFactor: 1);
    }

    public void Dispose()
    {
        _program.Dispose();
        _team.Dispose();
    }
}
