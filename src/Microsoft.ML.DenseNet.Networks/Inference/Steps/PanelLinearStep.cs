using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A fully connected layer using <see cref="TileKernel"/>: a lane for each output unit.</summary>
/// <remarks>
/// The weights are packed in panels of one to <see cref="TileKernel.MaximumVectors"/> vectors of output units; a panel holds, input
/// by input, the weights of its units, in the order in which the kernel reads them.
/// </remarks>
internal sealed class PanelLinearStep<TVector> : LinearStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Inputs processed at a time: a panel of that many stays in the L2 cache while the rows pass through.</summary>
    private const int InputBlock = 512;

    private static readonly float[] NoBias = new float[2 * TileKernel.MaximumVectors * SimdLanes.Most];

    private readonly AlignedArray _weights;
    private readonly AlignedArray _bias;
    private readonly int _panels;
    private readonly bool _mayLeaveZerosOut;

    /// <param name="weights">Shape [outputs, inputs], row-major.</param>
    /// <param name="bias">Shape [outputs].</param>
    /// <param name="input">The row to multiply.</param>
    /// <param name="output">Where the result goes.</param>
    /// <param name="functions">The elementwise layers that follow.</param>
    public PanelLinearStep(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, Operand input, Operand output, ElementwiseFunction[] functions)
        : base(input, output, functions)
    {
        int vectors = (output.Width + TVector.Count - 1) / TVector.Count;
        PaddedOutputs = vectors * TVector.Count;
        _panels = (vectors + TileKernel.MaximumVectors - 1) / TileKernel.MaximumVectors;
        _bias = new AlignedArray(PaddedOutputs);
        for (int unit = 0; unit < bias.Length; unit++)
            _bias.Span[unit] = bias[unit] + 0f; // avoids a bias of −0, which would preserve a sum of −0
        _mayLeaveZerosOut = TensorPrimitives.IsFiniteAll<float>(weights);

        _weights = new AlignedArray(checked(PaddedOutputs * input.Width));
        var packed = _weights.Span;
        for (int panel = 0, first = 0, width; panel < _panels; panel++, first += width)
        {
            width = PanelWidth(panel);
            int units = Math.Min(width, output.Width - first);
            for (int unit = 0; unit < units; unit++)
            {
                var row = weights.Slice((first + unit) * input.Width, input.Width);
                int place = (first * input.Width) + unit;
                foreach (float weight in row)
                {
                    packed[place] = weight;
                    place += width;
                }
            }
        }
    }

    /// <inheritdoc/>
    public override int PaddedOutputs { get; }

    /// <inheritdoc/>
    public override ReadOnlySpan<float> Bias => _bias.Span[..Output.Width];

    /// <inheritdoc/>
    public override void Run(in Frame frame)
    {
        ref float input = ref Unsafe.AsRef(in frame.Read(Input, out nuint inputStride));
        ref float output = ref frame.Write(Output, out nuint outputStride);
        Run(ref input, inputStride, ref output, outputStride, frame.Rows);
    }

    /// <summary>Computes rows located anywhere. Writes <see cref="PaddedOutputs"/> values per row.</summary>
    public void Run(ref float input, nuint inputStride, ref float output, nuint outputStride, int count)
    {
        if (count == 1 && _mayLeaveZerosOut)
        {
            RunRow(ref input, ref output);
            return;
        }

        int inputs = Input.Width;
        for (int start = 0; start < inputs; start += InputBlock)
        {
            int block = Math.Min(InputBlock, inputs - start);
            bool isLast = start + block == inputs;
            for (int panel = 0, first = 0, width; panel < _panels; panel++, first += width)
            {
                width = PanelWidth(panel);
                ref float weights = ref Unsafe.Add(ref _weights.Reference, ((nint)first * inputs) + ((nint)start * width));
                ref float bias = ref isLast ? ref Unsafe.Add(ref _bias.Reference, first) : ref MemoryMarshal.GetArrayDataReference(NoBias);
                for (int row = 0, rows; row < count; row += rows)
                {
                    rows = TileKernel.NextRows(count - row);
                    ref float x = ref Unsafe.Add(ref input, ((nint)inputStride * row) + start);
                    ref float y = ref Unsafe.Add(ref output, ((nint)outputStride * row) + first);
                    for (int unit = 0, units; unit < width; unit += units)
                    {
                        units = Math.Min(TileKernel.VectorsFor(rows) * TVector.Count, width - unit);
                        var arguments = new TileArguments(
                            in x, inputStride,
                            in Unsafe.Add(ref weights, unit), (nuint)width, (nuint)block,
                            in Unsafe.Add(ref bias, unit),
                            ref Unsafe.Add(ref y, unit), outputStride,
                            isContinued: start > 0);
                        TileKernel.Run<TVector>(rows, units / TVector.Count, in arguments);
                    }

                    if (isLast)
                        ApplyFunctions(ref y, outputStride, rows, width, first);
                }
            }
        }
    }

    /// <summary>Computes one row, skipping zeros; two panels at a time if both are full.</summary>
    [SkipLocalsInit]
    private void RunRow(ref float input, ref float output)
    {
        Span<int> places = stackalloc int[InputBlock];
        int inputs = Input.Width;
        for (int start = 0; start < inputs; start += InputBlock)
        {
            int block = Math.Min(InputBlock, inputs - start);
            bool isLast = start + block == inputs;
            ref float x = ref Unsafe.Add(ref input, start);
            int found = RowKernel.FindNonZeros(in x, block, ref places[0]);
            for (int panel = 0, first = 0, width, taken; panel < _panels; panel += taken, first += taken * width)
            {
                width = PanelWidth(panel);
                taken = width == TileKernel.MaximumVectors * TVector.Count && panel + 1 < _panels && PanelWidth(panel + 1) == width ? 2 : 1;
                var arguments = new TileArguments(
                    in x, 0,
                    in Unsafe.Add(ref _weights.Reference, ((nint)first * inputs) + ((nint)start * width)), (nuint)width, (nuint)block,
                    in isLast ? ref Unsafe.Add(ref _bias.Reference, first) : ref MemoryMarshal.GetArrayDataReference(NoBias),
                    ref Unsafe.Add(ref output, first), 0,
                    isContinued: start > 0);
                if (taken == 2)
                    RowKernel.RunPair<TVector>(in arguments, ref places[0], found, (nint)width * inputs);
                else
                    RowKernel.Run<TVector>(width / TVector.Count, in arguments, ref places[0], found);
            }
        }

        ApplyFunctions(ref output, 0, 1, Output.Width, 0);
    }

    /// <inheritdoc/>
    public override void AddColumn(int slot, double factor, ref double sums)
    {
        for (int panel = 0, first = 0, width; panel < _panels; panel++, first += width)
        {
            width = PanelWidth(panel);
            ref float weights = ref Unsafe.Add(ref _weights.Reference, ((nint)first * Input.Width) + ((nint)slot * width));
            for (int i = 0; i < width; i += TVector.Count)
                TVector.AddProduct(TVector.Load(in weights, (nuint)i), factor, ref Unsafe.Add(ref sums, first + i));
        }
    }

    /// <summary>The units of a panel; the vectors are spread evenly, the first panels taking one more if there is a remainder.</summary>
    private int PanelWidth(int panel)
    {
        int vectors = PaddedOutputs / TVector.Count;
        return ((vectors / _panels) + (panel < vectors % _panels ? 1 : 0)) * TVector.Count;
    }
}
