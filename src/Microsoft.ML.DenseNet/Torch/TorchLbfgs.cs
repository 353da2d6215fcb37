using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Torch's L-BFGS, called directly in TorchSharp's native library. TorchSharp's class asks libtorch for the parameters through a
/// deprecated method, and libtorch then prints a warning to stderr; it also lets exceptions from the loss propagate into native code,
/// which ends the process.
/// </summary>
/// <remarks>It does not derive from TorchSharp's class: ML.NET loads every type of this assembly, even where TorchSharp is missing.</remarks>
internal sealed unsafe class TorchLbfgs : IDisposable
{
    private readonly NativeFunctions _native;
    private readonly IReadOnlyList<Parameter> _parameters;
    private nint _handle;
    private double _learningRate;

    private TorchLbfgs(NativeFunctions native, nint handle, IReadOnlyList<Parameter> parameters, double learningRate)
    {
        _native = native;
        _handle = handle;
        _parameters = parameters;
        _learningRate = learningRate;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate nint LossClosure();

    /// <summary>Creates the optimizer; returns null if TorchSharp's native library has changed.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate of the first step.</param>
    /// <param name="iterations">The maximum number of iterations in a step.</param>
    /// <param name="gradientTolerance">A step ends when no gradient exceeds it.</param>
    /// <param name="changeTolerance">A step ends when values change by less.</param>
    /// <param name="history">The number of updates remembered.</param>
    public static TorchLbfgs? TryCreate(IReadOnlyList<Parameter> parameters, double learningRate, long iterations, double gradientTolerance, double changeTolerance, long history)
    {
        if (NativeFunctions.TryLoad() is not { } native)
            return null;
        nint[] handles = [.. parameters.Select(parameter => parameter.Handle)];
        fixed (nint* first = handles)
        {
            nint handle = native.Create(first, handles.Length, learningRate, iterations, EvaluationsOf(iterations), gradientTolerance, changeTolerance, history);
            return handle == 0 ? null : new TorchLbfgs(native, handle, parameters, learningRate);
        }
    }

    /// <summary>The maximum number of evaluations in a step, PyTorch's default.</summary>
    public static long EvaluationsOf(long iterations) => iterations * 5 / 4;

    /// <summary>Makes a step.</summary>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="evaluate">Computes the gradient and returns the loss.</param>
    public void Step(double learningRate, Func<Tensor> evaluate)
    {
        if (learningRate != _learningRate)
            _native.SetLearningRate(_handle, _learningRate = learningRate);

        Exception? failure = null;
        Tensor? last = null; // torch reads it after the closure has returned
        LossClosure closure = () =>
        {
            try
            {
                last = failure is null ? evaluate() : last;
            }
            catch (Exception e)
            {
                failure = e; // rethrown once torch has returned
            }

            if (failure is not null)
                EndStep();
            return (last ??= tensor(0f)).Handle;
        };
        nint loss = _native.Step(_handle, Marshal.GetFunctionPointerForDelegate(closure));
        GC.KeepAlive(closure);
        GC.KeepAlive(last);
        if (failure is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        if (loss == 0)
            torch.CheckForErrors();
        else
            _native.DisposeTensor(loss);
    }

    public void Dispose()
    {
        if (_handle != 0)
            _native.Dispose(_handle);
        _handle = 0;
    }

    /// <summary>Without a gradient there is nothing left to do.</summary>
    private void EndStep()
    {
        using var noGradient = no_grad();
        foreach (var parameter in _parameters)
            parameter.grad?.zero_();
    }

    /// <summary>The functions of TorchSharp's native library that make up L-BFGS.</summary>
    private sealed class NativeFunctions(nint create, nint setLearningRate, nint step, nint dispose, nint disposeTensor)
    {
        public static NativeFunctions? TryLoad() =>
            NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out nint library)
            && NativeLibrary.TryGetExport(library, "THSNN_LBFGS_ctor", out nint create)
            && NativeLibrary.TryGetExport(library, "THSNN_LBFGS_set_lr", out nint setLearningRate)
            && NativeLibrary.TryGetExport(library, "THSNN_Optimizer_step", out nint step)
            && NativeLibrary.TryGetExport(library, "THSNN_Optimizer_dispose", out nint dispose)
            && NativeLibrary.TryGetExport(library, "THSTensor_dispose", out nint disposeTensor)
                ? new NativeFunctions(create, setLearningRate, step, dispose, disposeTensor)
                : null;

        public nint Create(nint* parameters, int count, double learningRate, long iterations, long evaluations, double gradientTolerance, double changeTolerance, long history) =>
            ((delegate* unmanaged[Cdecl]<nint*, int, double, long, long, double, double, long, nint>)create)(parameters, count, learningRate, iterations, evaluations, gradientTolerance, changeTolerance, history);

        public void SetLearningRate(nint optimizer, double learningRate) => ((delegate* unmanaged[Cdecl]<nint, double, void>)setLearningRate)(optimizer, learningRate);

        public nint Step(nint optimizer, nint closure) => ((delegate* unmanaged[Cdecl]<nint, nint, nint>)step)(optimizer, closure);

        public void Dispose(nint optimizer) => ((delegate* unmanaged[Cdecl]<nint, void>)dispose)(optimizer);

        public void DisposeTensor(nint tensor) => ((delegate* unmanaged[Cdecl]<nint, void>)disposeTensor)(tensor);
    }
}
