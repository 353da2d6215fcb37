using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The processes that <c>mpiexec</c> started, as <see cref="DenseNetOptions.Workers"/>. A program that is started without it is the only
/// one, of rank 0, and needs no MPI.
/// </summary>
/// <remarks>
/// <para>
/// Under <c>mpiexec</c> a library of MPICH's family is needed: MPICH, Intel MPI, MVAPICH or MS-MPI. The environment variable
/// DENSENET_MPI_LIBRARY may name its file.
/// </para>
/// <para>
/// If a process ends with an unhandled exception, fails in Fit once training has begun, or is disposed while others wait for it, then all
/// processes end within seconds: one line on standard error says which it was, and the exit code is not 0.
/// </para>
/// </remarks>
public sealed class MpiWorkers : TrainingWorkers, IDisposable
{
    /// <summary>How long mpiexec is given to pass on the last words of a process before it kills all; on a busy machine it may otherwise lose them.</summary>
    private const int ForwardMilliseconds = 100;

    private static int _isStarted;

    private readonly MpiPort? _port;
    private readonly MpiCollectives? _collectives;
    private readonly string[] _machines;
    private bool _isDisposed;

    private MpiWorkers(bool isByMpi)
    {
        string machine = Environment.MachineName;
        _machines = [machine];
        if (!isByMpi)
            return;
        _port = new MpiPort(Lose);
        _collectives = new MpiCollectives(_port);
        if (!_port.AllowsThreads)
            FewestHiddenFloats = int.MaxValue;
        AppDomain.CurrentDomain.UnhandledException += EndAll;
        if (Count > 1)
            _machines = [.. _collectives.Gather(Encoding.UTF8.GetBytes(machine)).Select(Encoding.UTF8.GetString)];
    }

    /// <inheritdoc/>
    public override int Rank => _port?.Rank ?? 0;

    /// <inheritdoc/>
    public override int Count => _port?.Count ?? 1;

    internal override int CountHere => _machines.Count(machine => machine == _machines[Rank]);

    /// <summary>Joins the processes that were started together. Call it once, at the beginning of the program, and dispose the result at its end.</summary>
    /// <exception cref="InvalidOperationException">It was called before: MPI starts once in a process.</exception>
    /// <exception cref="DllNotFoundException">An <c>mpiexec</c> started the program, but there is no MPI library of MPICH's family.</exception>
    /// <exception cref="PlatformNotSupportedException">The <c>mpiexec</c> or the library is that of Open MPI, whose binary interface differs.</exception>
    public static MpiWorkers Start()
    {
        bool isByMpi = MpiLaunch.IsByMpi();
        if (isByMpi)
            MpiLibrary.Load();
        if (isByMpi && Interlocked.Exchange(ref _isStarted, 1) != 0)
            throw new InvalidOperationException($"{nameof(MpiWorkers)}.{nameof(Start)} was called before: MPI starts once in a process. Keep the first result and pass it on.");
        return new MpiWorkers(isByMpi);
    }

    /// <summary>Waits until all processes have come this far, and leaves them. A process that still waits for this one's part in a training ends them all.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        AppDomain.CurrentDomain.UnhandledException -= EndAll;
        _port?.Close();
    }

    internal override string NameOf(int rank) => $"rank {rank} on {_machines[rank]}";

    internal override byte[][] Exchange(ReadOnlySpan<byte> block)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _collectives?.Gather(block) ?? [block.ToArray()];
    }

    internal override void ExchangeSmall(ReadOnlySpan<byte> block, Span<byte> all)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_collectives is null)
            block.CopyTo(all);
        else
            _collectives.GatherSmall(block, all);
    }

    internal override void Sum(Span<float> values, ReadOnlySpan<float> factors)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_collectives is not null)
        {
            _collectives.Sum(values, factors);
            return;
        }

        TensorPrimitives.Multiply(values, factors[0], values);
    }

    [DoesNotReturn]
    internal override void Abort(string message)
    {
        // All processes are killed: whatever is not said here, nobody says.
        Console.Error.WriteLine($"DenseNet: {NameOf(Rank)} failed and ends all {Count} processes. {message}");
        Console.Error.Flush();
        if (_port is not null)
        {
            Thread.Sleep(ForwardMilliseconds);
            MpiPort.Abort();
        }

        Environment.Exit(1);
    }

    private void Lose(int rank) => Abort($"It waits for {NameOf(rank)}, which has left: all processes must make the same calls in the same order.");

    private void EndAll(object sender, UnhandledExceptionEventArgs unhandled) =>
        Abort(unhandled.ExceptionObject is Exception failure ? WorkerText.Of(failure) : $"{unhandled.ExceptionObject}");
}
