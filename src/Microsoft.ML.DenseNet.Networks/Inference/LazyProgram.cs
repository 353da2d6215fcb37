namespace Microsoft.ML.DenseNet;

/// <summary>A network's program, compiled once, at its first use, regardless of the number of threads.</summary>
/// <remarks>Training creates many networks that never predict: one for each fold, and one each time an observer looks.</remarks>
internal sealed class LazyProgram(NetworkLayout layout, float[] parameters, float[] buffers, NetworkQuantization quantization)
{
    private readonly Lock _lock = new();
    private volatile NetworkProgram? _program;

    public NetworkProgram Value => _program ?? Compile();

    public bool IsCompiled => _program is not null;

    // A failure, such as running out of memory, is not cached: the next use tries again.
    private NetworkProgram Compile()
    {
        lock (_lock)
            return _program ??= NetworkProgram.Compile(layout, parameters, buffers, quantization: quantization);
    }
}
