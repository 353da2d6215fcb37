using BenchmarkDotNet.Attributes;

namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>Prediction on one core: a single row, and blocks of rows, in GFLOP/s compared with the core's peak.</summary>
[MemoryDiagnoser]
[Config(typeof(ForwardConfig))]
public class ForwardBenchmarks
{
    /// <summary>Multiplications and additions with the weights of 32-256-256-1, for one row.</summary>
    internal const double FlopsPerRow = 2.0 * ((32 * 256) + (256 * 256) + 256);

    private NetworkProgram _program = null!;
    private float[] _features = null!;
    private float[] _outputs = null!;
    private int[] _indices = null!;
    private float[] _values = null!;

    /// <summary>The number of rows in a block.</summary>
    [Params(1, 16, 1024)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var layout = new NetworkLayout(
            Layer.Sequential(Layer.Standardize, Layer.Linear(256), Layer.ReLU, Layer.Linear(256), Layer.ReLU, Layer.Linear(1)), 32);
        float[] parameters = Numbers(layout.ParameterCount, random);
        float[] buffers = Numbers(layout.BufferCount, random);
        _program = NetworkProgram.Compile(layout, parameters, buffers);
        _features = Numbers(Rows * 32, random);
        _outputs = new float[Rows];
        _indices = [3, 9, 12, 20, 31];
        _values = Numbers(_indices.Length, random);
    }

    [Benchmark]
    public void Block() => _program.RunBlock(_features, Rows, _outputs);

    [Benchmark]
    public void RowByRow()
    {
        for (int row = 0; row < Rows; row++)
            _program.Run(_features.AsSpan(row * 32, 32), _outputs.AsSpan(row, 1));
    }

    [Benchmark]
    public void SparseRowByRow()
    {
        for (int row = 0; row < Rows; row++)
            _program.Run(_indices, _values, _outputs.AsSpan(row, 1));
    }

    private static float[] Numbers(int count, Random random) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 8)];
}
