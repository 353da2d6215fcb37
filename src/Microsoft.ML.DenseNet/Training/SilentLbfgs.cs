using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Torch's L-BFGS, created without the warning that TorchSharp's own constructor makes libtorch print to stderr: it asks libtorch for
/// the parameters by a method that is deprecated there. This class answers from the parameters it was given.
/// </summary>
internal sealed unsafe class SilentLbfgs : LBFGS
{
    private static readonly delegate* unmanaged[Cdecl]<nint*, int, double, long, long, double, double, long, nint> Constructor = FindConstructor();

    private readonly IReadOnlyList<Parameter> _parameters;

    private SilentLbfgs(nint handle, IReadOnlyList<Parameter> parameters, double learningRate)
        : base(handle, learningRate) => _parameters = parameters;

    /// <summary>The optimizer; TorchSharp's own where its native library has changed.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="iterations">The most iterations in a step.</param>
    /// <param name="gradientTolerance">A step ends when no gradient exceeds it.</param>
    /// <param name="changeTolerance">A step ends when values change by less.</param>
    /// <param name="history">Updates remembered.</param>
    public static LBFGS Create(IReadOnlyList<Parameter> parameters, double learningRate, long iterations, double gradientTolerance, double changeTolerance, long history)
    {
        long evaluations = iterations * 5 / 4; // PyTorch's default
        if (Constructor is null)
            return optim.LBFGS(parameters, learningRate, iterations, evaluations, gradientTolerance, changeTolerance, history);

        nint[] handles = [.. parameters.Select(parameter => parameter.Handle)];
        fixed (nint* first = handles)
        {
            nint handle = Constructor(first, handles.Length, learningRate, iterations, evaluations, gradientTolerance, changeTolerance, history);
            return handle != 0
                ? new SilentLbfgs(handle, parameters, learningRate)
                : throw new InvalidOperationException($"Torch could not create L-BFGS for {handles.Length} parameters.");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters()
    {
        // The base constructor calls this before the field is set, but enumerates nothing.
        foreach (var parameter in _parameters)
            yield return parameter;
    }

    private static delegate* unmanaged[Cdecl]<nint*, int, double, long, long, double, double, long, nint> FindConstructor() =>
        NativeLibrary.TryLoad("LibTorchSharp", typeof(torch).Assembly, null, out nint library) && NativeLibrary.TryGetExport(library, "THSNN_LBFGS_ctor", out nint constructor)
            ? (delegate* unmanaged[Cdecl]<nint*, int, double, long, long, double, double, long, nint>)constructor
            : null;
}
