using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Dropout"/>: y = x m / (1 − p), with m 0 at probability p and else 1; ∂x = ∂y m / (1 − p).</summary>
/// <remarks>
/// Which values are dropped is a function of the pass's key and the value's position, so the backward pass needs no memory of it, and
/// the order of rows does not matter.
/// </remarks>
/// <param name="probability">p.</param>
/// <param name="number">Distinguishes the network's dropouts.</param>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, width].</param>
internal sealed unsafe class DropoutBackpropagation(double probability, uint number, Activations input, Activations output) : BackpropagationStep(input, output)
{
    public override bool WorksInPlace => true;

    public override void Forward(int first, int rows, in Pass pass) =>
        Drop(Input.Values, Output.Values, adds: false, first, rows, in pass);

    public override void Backward(int first, int rows, in Pass pass) =>
        Drop(Output.Gradient, Input.Gradient, AddsToGradient, first, rows, in pass);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Drop(float* source, float* target, bool adds, int first, int rows, in Pass pass)
    {
        double p = pass.IsTraining ? probability * pass.DropoutFactor : 0;
        if (p == 0 && source == target)
            return;

        uint key = Mix((pass.Key * 0x9E3779B9u) + number);
        var bound = new Vector<uint>((uint)Math.Min(p * 4294967296.0, uint.MaxValue));
        var factor = new Vector<float>(p < 1 ? (float)(1 / (1 - p)) : 0);
        for (int row = first; row < first + rows; row++)
        {
            float* from = source + ((long)row * Input.Stride);
            float* to = target + ((long)row * Input.Stride);
            uint place = key + ((uint)pass.PlaceOf(row) * (uint)Input.Stride);
            for (int i = 0; i < Input.Width; i += Vector<float>.Count)
            {
                var value = Vector.Load(from + i);
                if (p > 0)
                {
                    var drawn = Mix(new Vector<uint>(place + (uint)i) + Vector<uint>.Indices);
                    value = Vector.AndNot(value * factor, Vector.LessThan(drawn, bound).As<uint, float>());
                }

                (adds ? Vector.Load(to + i) + value : value).Store(to + i);
            }
        }
    }

    /// <summary>A bijection of 32-bit numbers in which flipping any input bit flips each output bit half of the time (constants of Wellons' lowbias32).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Mix(Vector<uint> x)
    {
        x = (x ^ (x >> 16)) * new Vector<uint>(0x7FEB352Du);
        x = (x ^ (x >> 15)) * new Vector<uint>(0x846CA68Bu);
        return x ^ (x >> 16);
    }

    private static uint Mix(uint x) => Mix(new Vector<uint>(x))[0];
}
