using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer that skips inputs of 0: every other input adds its row of the weights, which is contiguous.</summary>
internal sealed class EmbeddingBagStep<TVector> : LinearStep
    where TVector : struct, ISimdVector<TVector>
{
    private readonly float[] _weights;
    private readonly float[] _bias;

    /// <param name="weights">Shape [inputs, outputs], row-major, with space for a vector at the end; takes ownership.</param>
    /// <param name="bias">Shape [outputs].</param>
    /// <param name="input">The row to multiply.</param>
    /// <param name="output">Where the result goes; must not be the input.</param>
    /// <param name="functions">The elementwise layers that follow.</param>
    public EmbeddingBagStep(float[] weights, ReadOnlySpan<float> bias, Operand input, Operand output, ElementwiseFunction[] functions)
        : base(input, output, functions)
    {
        _weights = weights;
        PaddedOutputs = (output.Width + TVector.Count - 1) / TVector.Count * TVector.Count;
        _bias = new float[PaddedOutputs];
        bias.CopyTo(_bias);
    }

    /// <inheritdoc/>
    public override int PaddedOutputs { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Bias => _bias.AsSpan(0, Output.Width);

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float x = ref Unsafe.AsRef(in frame.Read(Input, out nuint inputStride));
        ref float y = ref frame.Write(Output, out nuint outputStride);
        ref float first = ref y;
        for (int row = 0; row < frame.Rows; row++)
        {
            MemoryMarshal.CreateSpan(ref y, PaddedOutputs).Clear();
            ref float weights = ref MemoryMarshal.GetArrayDataReference(_weights);
            for (int slot = 0; slot < Input.Width; slot++)
            {
                float value = Unsafe.Add(ref x, slot);
                if (value != 0f)
                    AddRow(value, ref weights, ref y);
                weights = ref Unsafe.Add(ref weights, Output.Width);
            }

            for (nuint i = 0; i < (nuint)PaddedOutputs; i += (nuint)TVector.Count)
                (TVector.Load(in y, i) + TVector.Load(in _bias[0], i)).Store(ref y, i);
            x = ref Unsafe.Add(ref x, inputStride);
            y = ref Unsafe.Add(ref y, outputStride);
        }

        ApplyFunctions(ref first, outputStride, frame.Rows, Output.Width, 0);
    }

    /// <inheritdoc/>
    public override void AddColumn(int slot, double factor, ref double sums)
    {
        ref float weights = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_weights), (nint)slot * Output.Width);
        for (int i = 0; i < PaddedOutputs; i += TVector.Count)
            TVector.AddProduct(TVector.Load(in weights, (nuint)i), factor, ref Unsafe.Add(ref sums, i));
    }

    protected override string Name => "EmbeddingBag";

    // Lanes beyond the row hold whatever comes after it; they are never read.
    private void AddRow(float value, ref float weights, ref float sums)
    {
        var factor = TVector.Create(value);
        for (nuint i = 0; i < (nuint)PaddedOutputs; i += (nuint)TVector.Count)
            TVector.MultiplyAdd(factor, TVector.Load(in weights, i), TVector.Load(in sums, i)).Store(ref sums, i);
    }
}
