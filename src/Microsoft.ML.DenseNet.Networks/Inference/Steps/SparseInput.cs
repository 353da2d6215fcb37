using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The first Linear of a program, with the elementwise layers before it, for rows whose slots are mostly 0: the response to a row
/// of zeros is known, and each nonzero slot adds <c>W_j · (f_j(x) − f_j(0))</c>.
/// </summary>
/// <remarks>
/// The sums are in double precision, because a slot far from 0 in its own units, such as a timestamp, causes a huge response to 0
/// that its contribution then cancels.
/// </remarks>
internal sealed class SparseInput
{
    private const int MaximumOnStack = 512;

    private const int WordBits = 32;

    private readonly ElementwiseFunction[] _functions;
    private readonly LinearStep _linear;
    private readonly float[] _zeros;
    private readonly uint[] _isPlain; // one bit per slot: no function changes it, as with words; cheaper to look up than to apply them
    private readonly double[] _response;

    /// <param name="functions">The elementwise layers before it, in order.</param>
    /// <param name="linear">The Linear.</param>
    /// <param name="step">Its index in the program.</param>
    public SparseInput(ElementwiseFunction[] functions, LinearStep linear, int step)
    {
        _functions = functions;
        _linear = linear;
        NextStep = step + 1;

        _zeros = new float[linear.Input.Width];
        _isPlain = new uint[(_zeros.Length / WordBits) + 1];
        _response = new double[linear.PaddedOutputs];
        for (int unit = 0; unit < linear.Bias.Length; unit++)
            _response[unit] = linear.Bias[unit];
        for (int slot = 0; slot < _zeros.Length; slot++)
        {
            if (IsIdentity(slot))
            {
                _isPlain[slot / WordBits] |= 1u << slot;
                continue;
            }

            _zeros[slot] = Transform(0f, slot);
            if (_zeros[slot] != 0f)
                linear.AddColumn(slot, _zeros[slot], ref MemoryMarshal.GetArrayDataReference(_response));
        }
    }

    /// <summary>The step at which the program continues.</summary>
    public int NextStep { get; }

    /// <summary>Computes the Linear's output for one row.</summary>
    [SkipLocalsInit]
    public void Run(in Frame frame, ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        double[]? rented = _response.Length > MaximumOnStack ? ArrayPool<double>.Shared.Rent(_response.Length) : null;
        Span<double> sums = rented ?? stackalloc double[MaximumOnStack];
        _response.CopyTo(sums);
        for (int i = 0; i < indices.Length; i++)
        {
            int slot = indices[i];
            bool isPlain = (_isPlain[slot / WordBits] & (1u << slot)) != 0 && Math.Abs(values[i]) <= StandardizeLayer.Limit; // not for NaN
            double change = isPlain ? values[i] : (double)Transform(values[i], slot) - _zeros[slot];
            if (change != 0)
                _linear.AddColumn(slot, change, ref MemoryMarshal.GetReference(sums));
        }

        _linear.Finish(in frame, sums);
        if (rented is not null)
            ArrayPool<double>.Shared.Return(rented);
    }

    private bool IsIdentity(int slot)
    {
        foreach (var function in _functions)
        {
            if (!function.IsIdentity(slot))
                return false;
        }

        return true;
    }

    private float Transform(float x, int slot)
    {
        foreach (var function in _functions)
            x = function.Apply(x, slot);
        return x;
    }
}
