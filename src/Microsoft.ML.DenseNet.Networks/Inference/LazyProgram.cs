namespace Microsoft.ML.DenseNet;

/// <summary>A network's program, compiled at its first use and once, whatever the number of threads.</summary>
/// <remarks>A training makes many networks that never predict: one for each fold, and one for each look an observer takes.</remarks>
internal sealed class LazyProgram(NetworkLayout layout, float[] parameters, float[] buffers)
{
    private readonly Lock _lock = new();
    private volatile NetworkProgram? _program;

    public NetworkProgram Value => _program ?? Compile();

    public bool IsCompiled => _program is not null;

    // A failure, such as a lack of memory, is not kept: the next use tries again.
    private NetworkProgram Compile()
    {
        lock (_lock)
            return _program ??= NetworkProgram.Compile(layout, parameters, buffers);
    }
}
