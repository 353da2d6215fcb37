using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.Linear"/>: y = x Wᵀ + b; ∂x = ∂y W, ∂W = ∂yᵀ x, ∂b = the column sums of ∂y. An
/// <see cref="Layer.EmbeddingBag"/> over dense rows is the same with Wᵀ in place of W.
/// </summary>
internal sealed unsafe class LinearBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The number of units whose weight gradient forms one part.</summary>
    private const int PartUnits = 64;

    /// <summary>With fewer units, a dot product per unit and row wastes less than a vector of units.</summary>
    private const int FewUnits = 4;

    private readonly int _inputs;
    private readonly int _units;
    private readonly TrainedValues _weight;
    private readonly TrainedValues? _bias;
    private readonly bool _isByInput;
    private readonly AlignedArray _paddedBias;
    private readonly PackedMatrix<TVector>? _forward;
    private readonly PackedMatrix<TVector>? _backward;

    /// <param name="input">[rows, inputs].</param>
    /// <param name="output">[rows, units].</param>
    /// <param name="weight">[units, inputs], or [inputs, units] where <paramref name="isByInput"/>.</param>
    /// <param name="bias">[units]; null for none.</param>
    /// <param name="isByInput">Whether the weights of an input, rather than those of a unit, are adjacent.</param>
    public LinearBackpropagation(Activations input, Activations output, TrainedValues weight, TrainedValues? bias, bool isByInput = false)
        : base(input, output)
    {
        _inputs = input.Width;
        _units = output.Width;
        _weight = weight;
        _bias = bias;
        _isByInput = isByInput;
        _paddedBias = new AlignedArray(output.Stride);
        _forward = _units < FewUnits && !isByInput ? null : new PackedMatrix<TVector>(_inputs, _units);
        _backward = input.NeedsGradient ? new PackedMatrix<TVector>(_units, _inputs) : null;
    }

    public override bool IsTrained => true;

    public override int PrepareParts => 1 + (_forward?.Panels ?? 0) + (_backward?.Panels ?? 0);

    public override int GradientParts => (WeightRows + PartUnits - 1) / PartUnits;

    private int WeightRows => _isByInput ? _inputs : _units;

    private int WeightColumns => _isByInput ? _units : _inputs;

    public override void Prepare(int part)
    {
        int forwardPanels = _forward?.Panels ?? 0;
        if (part == 0)
        {
            if (_bias is { } bias)
                new ReadOnlySpan<float>(bias.Values, _units).CopyTo(_paddedBias.Span);
        }
        else if (part <= forwardPanels)
        {
            Pack(_forward!, part - 1, transposed: !_isByInput);
        }
        else
        {
            Pack(_backward!, part - 1 - forwardPanels, transposed: _isByInput);
        }
    }

    public override void Forward(int first, int rows, in Pass pass)
    {
        float* x = Input.Values + ((long)first * Input.Stride);
        float* y = Output.Values + ((long)first * Output.Stride);
        if (_forward is not null)
        {
            _forward.Multiply(x, Input.Stride, rows, _paddedBias, y, Output.Stride, adds: false);
            return;
        }

        for (int row = 0; row < rows; row++, x += Input.Stride, y += Output.Stride)
        {
            for (int unit = 0; unit < _units; unit++)
                y[unit] = DotKernel.Dot<TVector>(in *x, in _weight.Values[(long)unit * _inputs], _inputs) + _paddedBias.Span[unit];
        }
    }

    public override void Backward(int first, int rows, in Pass pass) =>
        _backward!.Multiply(
            Output.Gradient + ((long)first * Output.Stride), Output.Stride, rows, null, Input.Gradient + ((long)first * Input.Stride), Input.Stride, AddsToGradient);

    public override void ComputeParameterGradient(int part, int rows, bool adds)
    {
        int first = part * PartUnits;
        int count = Math.Min(PartUnits, WeightRows - first);
        int columns = WeightColumns;
        int lanes = TVector.Count;
        int panelWidth = TileKernel.MaximumVectors * lanes;
        int whole = columns / lanes * lanes;
        for (int column = 0, width; column < whole; column += width)
        {
            width = Math.Min(panelWidth, whole - column);
            Accumulate(first, count, column, width, rows, _weight.Gradient + ((long)first * columns) + column, columns, adds);
        }

        if (whole < columns)
            AccumulateLast(first, count, whole, rows, adds);
        if (_bias is not { } bias)
            return;
        if (!_isByInput)
            SumColumns(first, count, rows, bias.Gradient + first, adds);
        for (int unit = 0; _isByInput && part == 0 && unit < _units; unit += PartUnits)
            SumColumns(unit, Math.Min(PartUnits, _units - unit), rows, bias.Gradient + unit, adds);
    }

    private void Pack(PackedMatrix<TVector> matrix, int panel, bool transposed)
    {
        if (transposed)
            matrix.PackTransposed(panel, _weight.Values);
        else
            matrix.Pack(panel, _weight.Values);
    }

    /// <summary>Handles the columns that do not fill a vector, through a buffer with room for whole ones.</summary>
    [SkipLocalsInit]
    private void AccumulateLast(int first, int units, int column, int rows, bool adds)
    {
        int lanes = TVector.Count;
        float* sums = stackalloc float[PartUnits * lanes];
        Accumulate(first, units, column, lanes, rows, sums, lanes, adds: false);
        int count = WeightColumns - column;
        for (int unit = 0; unit < units; unit++)
        {
            float* target = _weight.Gradient + ((long)(first + unit) * WeightColumns) + column;
            for (int i = 0; i < count; i++)
                target[i] = (adds ? target[i] : 0) + sums[(unit * lanes) + i];
        }
    }

    /// <summary>target = [target +] ∂yᵀ x for some units and columns; if weights are by input, xᵀ ∂y.</summary>
    private void Accumulate(int first, int units, int column, int width, int rows, float* target, int targetStride, bool adds)
    {
        var (left, leftStride, right, rightStride) = _isByInput
            ? ((nint)Input.Values, Input.Stride, (nint)Output.Gradient, Output.Stride)
            : ((nint)Output.Gradient, Output.Stride, (nint)Input.Values, Input.Stride);
        OuterProduct<TVector>.Accumulate((float*)left + first, leftStride, units, (float*)right + column, rightStride, width, rows, target, targetStride, adds);
    }

    [SkipLocalsInit]
    private void SumColumns(int first, int units, int rows, float* target, bool adds)
    {
        float* sums = stackalloc float[PartUnits];
        ref float sum = ref *sums;
        new Span<float>(sums, PartUnits).Clear();
        float* gradient = Output.Gradient + first;
        int lanes = TVector.Count;
        for (int unit = 0; unit < units; unit += lanes)
        {
            // Whole vectors; whatever is past the last unit is dropped.
            TVector total = default;
            for (int row = 0; row < rows; row++)
                total += TVector.Load(in gradient[((long)row * Output.Stride) + unit], 0);
            total.Store(ref sum, (nuint)unit);
        }

        for (int unit = 0; unit < units; unit++)
            target[unit] = (adds ? target[unit] : 0) + sums[unit];
    }
}
