using System.Buffers;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The product with the weights that an ensemble's members share: every member of every row is a row of one matrix product, y = x Wᵀ,
/// ∂x = ∂y W, ∂W = ∂yᵀ x, summed over rows and members.
/// </summary>
internal sealed unsafe class SharedLinearBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The number of units whose weight gradient forms one part: few, and members' values are read too often; many, and threads have too little to share.</summary>
    private const int PartUnits = 128;

    /// <summary>The members, over all rows, that the gradient takes at a time, so that their values stay in the second-level cache.</summary>
    private const int BlockMembers = 64;

    private readonly TrainedValues _weight;
    private readonly int _members;
    private readonly int _inputs;
    private readonly int _units;
    private readonly bool _isDense;
    private readonly PackedMatrix<TVector> _forward;
    private readonly PackedMatrix<TVector> _backward;

    /// <param name="weight">[units, inputs] of a member.</param>
    /// <param name="members">The number of members.</param>
    /// <param name="input">[rows, members · inputs].</param>
    /// <param name="output">[rows, members · units].</param>
    public SharedLinearBackpropagation(TrainedValues weight, int members, Activations input, Activations output)
        : base(input, output)
    {
        _weight = weight;
        _members = members;
        _inputs = input.Width / members;
        _units = output.Width / members;
        _isDense = input.Stride == input.Width && output.Stride == output.Width;
        _forward = new PackedMatrix<TVector>(_inputs, _units);
        _backward = new PackedMatrix<TVector>(_units, _inputs);
    }

    public override bool IsTrained => true;

    public override int PrepareParts => _forward.Panels + _backward.Panels;

    public override int GradientParts => (_units + PartUnits - 1) / PartUnits;

    public override void Prepare(int part)
    {
        if (part < _forward.Panels)
            _forward.PackTransposed(part, _weight.Values);
        else
            _backward.Pack(part - _forward.Panels, _weight.Values);
    }

    public override void Forward(int first, int rows, in Pass pass) =>
        Multiply(_forward, Input.Values, Input.Stride, _inputs, Output.Values, Output.Stride, _units, first, rows, adds: false);

    public override void Backward(int first, int rows, in Pass pass) =>
        Multiply(_backward, Output.Gradient, Output.Stride, _units, Input.Gradient, Input.Stride, _inputs, first, rows, AddsToGradient);

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int unit = part * PartUnits, units = Math.Min(PartUnits, _units - unit);
        int whole = _inputs / TVector.Count * TVector.Count;
        int panel = TileKernel.MaximumVectors * TVector.Count;
        float* sums = stackalloc float[PartUnits * TVector.Count]; // of the columns that do not fill a vector

        // Without a gap between rows, all members of all rows are one matrix.
        int groups = _isDense ? 1 : rows, size = _isDense ? rows * _members : _members;
        for (int group = 0; group < groups; group++)
        {
            for (int start = 0; start < size; start += BlockMembers)
            {
                int count = Math.Min(BlockMembers, size - start);
                bool continues = group > 0 || start > 0;
                float* gradient = Output.Gradient + ((long)group * Output.Stride) + ((long)start * _units) + unit;
                float* x = Input.Values + ((long)group * Input.Stride) + ((long)start * _inputs);
                float* target = _weight.Gradient + ((long)unit * _inputs);
                for (int column = 0; column < whole; column += panel)
                    OuterProduct<TVector>.Accumulate(gradient, _units, units, x + column, _inputs, Math.Min(panel, whole - column), count, target + column, _inputs, adds || continues);
                if (whole < _inputs)
                    OuterProduct<TVector>.Accumulate(gradient, _units, units, x + whole, _inputs, TVector.Count, count, sums, TVector.Count, continues);
            }
        }

        for (int i = 0; i < units && whole < _inputs; i++)
            AddBackpropagation.Move(sums + (i * TVector.Count), _weight.Gradient + ((long)(unit + i) * _inputs) + whole, _inputs - whole, adds);
    }

    /// <summary>Multiplies the members of some rows by a matrix.</summary>
    private void Multiply(PackedMatrix<TVector> matrix, float* input, int inputStride, int inputs, float* output, int outputStride, int outputs, int first, int rows, bool adds)
    {
        input += (long)first * inputStride;
        output += (long)first * outputStride;
        if (outputs % TVector.Count != 0)
        {
            MultiplyPadded(matrix, input, inputStride, inputs, output, outputStride, outputs, rows, adds);
        }
        else if (_isDense)
        {
            matrix.Multiply(input, inputs, rows * _members, null, output, outputs, adds);
        }
        else
        {
            for (int row = 0; row < rows; row++)
                matrix.Multiply(input + ((long)row * inputStride), inputs, _members, null, output + ((long)row * outputStride), outputs, adds);
        }
    }

    /// <summary>As <see cref="Multiply"/> for members whose outputs do not fill whole vectors: the kernel would write over the next member's.</summary>
    private void MultiplyPadded(PackedMatrix<TVector> matrix, float* input, int inputStride, int inputs, float* output, int outputStride, int outputs, int rows, bool adds)
    {
        int padded = (outputs + TVector.Count - 1) / TVector.Count * TVector.Count;
        float[] products = ArrayPool<float>.Shared.Rent(_members * padded);
        fixed (float* product = products)
        {
            for (int row = 0; row < rows; row++)
            {
                matrix.Multiply(input + ((long)row * inputStride), inputs, _members, null, product, padded, adds: false);
                for (int member = 0; member < _members; member++)
                    AddBackpropagation.Move(product + (member * padded), output + ((long)row * outputStride) + (member * outputs), outputs, adds);
            }
        }

        ArrayPool<float>.Shared.Return(products);
    }
}
