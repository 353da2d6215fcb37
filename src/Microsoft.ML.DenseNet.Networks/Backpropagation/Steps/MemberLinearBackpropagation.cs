using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="MemberLinearLayer"/>: a Linear for each member, y = x Wᵀ + b, ∂x = ∂y W, ∂W = ∂yᵀ x, ∂b = the column sums of ∂y.</summary>
internal sealed unsafe class MemberLinearBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The number of units whose weight gradient is summed up at a time.</summary>
    private const int PartUnits = 64;

    private readonly TrainedValues _weight;
    private readonly TrainedValues _bias;
    private readonly int _members;
    private readonly int _inputs;
    private readonly int _units;

    /// <param name="weight">[members, units, inputs].</param>
    /// <param name="bias">[members, units].</param>
    /// <param name="members">The number of members.</param>
    /// <param name="input">[rows, members · inputs].</param>
    /// <param name="output">[rows, members · units].</param>
    public MemberLinearBackpropagation(TrainedValues weight, TrainedValues bias, int members, Activations input, Activations output)
        : base(input, output)
    {
        _weight = weight;
        _bias = bias;
        _members = members;
        _inputs = input.Width / members;
        _units = output.Width / members;
    }

    public override bool IsTrained => true;

    public override int GradientParts => _members;

    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int member = 0; member < _members; member++)
        {
            float* weights = Weights(_weight.Values, member);
            for (int row = first; row < first + rows; row++)
            {
                float* x = Input.Values + ((long)row * Input.Stride) + (member * _inputs);
                float* y = Output.Values + ((long)row * Output.Stride) + (member * _units);
                for (int unit = 0; unit < _units; unit++)
                    y[unit] = DotKernel.Dot<TVector>(in *x, in weights[(long)unit * _inputs], _inputs) + _bias.Values[(member * _units) + unit];
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        int whole = _inputs / TVector.Count * TVector.Count;
        for (int member = 0; member < _members; member++)
        {
            float* weights = Weights(_weight.Values, member);
            for (int row = first; row < first + rows; row++)
            {
                float* inner = Input.Gradient + ((long)row * Input.Stride) + (member * _inputs);
                float* outer = Output.Gradient + ((long)row * Output.Stride) + (member * _units);
                for (int i = 0; i < whole; i += TVector.Count)
                {
                    TVector sum = AddsToGradient ? TVector.Load(in inner[i], 0) : default;
                    for (int unit = 0; unit < _units; unit++)
                        sum = TVector.MultiplyAdd(TVector.Create(outer[unit]), TVector.Load(in weights[((long)unit * _inputs) + i], 0), sum);
                    sum.Store(ref inner[i], 0);
                }

                for (int i = whole; i < _inputs; i++)
                {
                    float sum = AddsToGradient ? inner[i] : 0;
                    for (int unit = 0; unit < _units; unit++)
                        sum = MathF.FusedMultiplyAdd(outer[unit], weights[((long)unit * _inputs) + i], sum);
                    inner[i] = sum;
                }
            }
        }
    }

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        // A part is a member.
        float* x = Input.Values + ((long)part * _inputs);
        float* gradient = Weights(_weight.Gradient, part);
        int lanes = TVector.Count, whole = _inputs / lanes * lanes, panel = TileKernel.MaximumVectors * lanes;
        float* sums = stackalloc float[PartUnits * lanes]; // of the columns that do not fill a vector
        for (int unit = 0, count; unit < _units; unit += count)
        {
            count = Math.Min(PartUnits, _units - unit);
            float* outer = Output.Gradient + ((long)part * _units) + unit;
            float* target = gradient + ((long)unit * _inputs);
            for (int column = 0; column < whole; column += panel)
                OuterProduct<TVector>.Accumulate(outer, Output.Stride, count, x + column, Input.Stride, Math.Min(panel, whole - column), rows, target + column, _inputs, adds);
            if (whole == _inputs)
                continue;
            OuterProduct<TVector>.Accumulate(outer, Output.Stride, count, x + whole, Input.Stride, lanes, rows, sums, lanes, adds: false);
            for (int i = 0; i < count; i++)
                AddBackpropagation.Move(sums + (i * lanes), target + ((long)i * _inputs) + whole, _inputs - whole, adds);
        }

        for (int i = part * _units; i < (part + 1) * _units; i++)
        {
            float sum = 0;
            for (int row = 0; row < rows; row++)
                sum += Output.Gradient[((long)row * Output.Stride) + i];
            _bias.Gradient[i] = (adds ? _bias.Gradient[i] : 0) + sum;
        }
    }

    private float* Weights(float* all, int member) => all + ((long)member * _units * _inputs);
}
