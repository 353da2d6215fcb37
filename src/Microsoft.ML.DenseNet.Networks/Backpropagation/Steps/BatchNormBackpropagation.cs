using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// See <see cref="Layer.BatchNorm"/>: with z = (x − mean) r, r = 1 / √(variance + ε) and y = w z + b,
/// ∂x = w r (∂y − mean(∂y) − z mean(z ∂y)); ∂w = the column sums of z ∂y, ∂b those of ∂y. In training, mean and variance are those of the
/// batch, by which the running averages follow; otherwise they are the running averages.
/// </summary>
/// <remarks>
/// Sums over the batch are taken in the order of the rows and in double precision, a vector of columns at a time. The backward pass is
/// that of training.
/// </remarks>
internal sealed unsafe class BatchNormBackpropagation<TVector> : BackpropagationStep
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>The columns that form one part of the sums.</summary>
    private const int PartColumns = 64;

    private readonly BatchNormLayer _layer;
    private readonly TrainedValues _weight;
    private readonly TrainedValues _bias;
    private readonly float* _runningMean;
    private readonly float* _runningVariance;

    // One value per column: what normalizes, and what the backward pass subtracts.
    private readonly AlignedArray _mean;
    private readonly AlignedArray _scale;
    private readonly AlignedArray _weights;
    private readonly AlignedArray _biases;
    private readonly AlignedArray _outerMean;
    private readonly AlignedArray _slope;

    /// <param name="layer">The layer.</param>
    /// <param name="weight">[width].</param>
    /// <param name="bias">[width].</param>
    /// <param name="runningMean">[width].</param>
    /// <param name="runningVariance">[width].</param>
    /// <param name="input">[rows, width].</param>
    /// <param name="output">[rows, width].</param>
    public BatchNormBackpropagation(BatchNormLayer layer, TrainedValues weight, TrainedValues bias, float* runningMean, float* runningVariance, Activations input, Activations output)
        : base(input, output)
    {
        _layer = layer;
        _weight = weight;
        _bias = bias;
        _runningMean = runningMean;
        _runningVariance = runningVariance;
        _mean = new AlignedArray(input.Stride);
        _scale = new AlignedArray(input.Stride);
        _weights = new AlignedArray(input.Stride);
        _biases = new AlignedArray(input.Stride);
        _outerMean = new AlignedArray(input.Stride);
        _slope = new AlignedArray(input.Stride);
    }

    public override bool IsTrained => true;

    public override int BatchParts => (Input.Width + PartColumns - 1) / PartColumns;

    public override int PrepareParts => 1;

    public override void Prepare(int part)
    {
        new ReadOnlySpan<float>(_weight.Values, Input.Width).CopyTo(_weights.Span);
        new ReadOnlySpan<float>(_bias.Values, Input.Width).CopyTo(_biases.Span);
        for (int i = 0; i < Input.Width; i++)
        {
            _mean.Span[i] = _runningMean[i];
            _scale.Span[i] = 1 / MathF.Sqrt(_runningVariance[i] + _layer.Epsilon);
        }
    }

    public override void ReadBatch(int part, int rows)
    {
        int lanes = TVector.Count;
        Span<double> sums = stackalloc double[lanes];
        for (int column = part * PartColumns; column < Math.Min((part + 1) * PartColumns, Input.Width); column += lanes)
        {
            sums.Clear();
            for (int row = 0; row < rows; row++)
                TVector.AddProduct(TVector.Load(in Input.Values[((long)row * Input.Stride) + column], 0), 1, ref sums[0]);
            int count = Math.Min(lanes, Input.Width - column);
            for (int i = 0; i < count; i++)
                _mean.Span[column + i] = (float)(sums[i] / rows);

            var mean = TVector.Load(in _mean.Reference, (nuint)column);
            sums.Clear();
            for (int row = 0; row < rows; row++)
            {
                var difference = TVector.Load(in Input.Values[((long)row * Input.Stride) + column], 0) - mean;
                TVector.AddProduct(difference * difference, 1, ref sums[0]);
            }

            for (int i = 0; i < count; i++)
                Follow(column + i, sums[i], rows);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Forward(int first, int rows, in Pass pass)
    {
        ref float mean = ref _mean.Reference, scale = ref _scale.Reference, weights = ref _weights.Reference, biases = ref _biases.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float y = ref Output.Values[(long)row * Output.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var z = (TVector.Load(in x, i) - TVector.Load(in mean, i)) * TVector.Load(in scale, i);
                TVector.MultiplyAdd(z, TVector.Load(in weights, i), TVector.Load(in biases, i)).Store(ref y, i);
            }
        }
    }

    public override void ReadBatchGradient(int part, int rows, bool adds)
    {
        int lanes = TVector.Count;
        Span<double> sums = stackalloc double[lanes], products = stackalloc double[lanes];
        for (int column = part * PartColumns; column < Math.Min((part + 1) * PartColumns, Input.Width); column += lanes)
        {
            sums.Clear();
            products.Clear();
            TVector mean = TVector.Load(in _mean.Reference, (nuint)column), scale = TVector.Load(in _scale.Reference, (nuint)column);
            for (int row = 0; row < rows; row++)
            {
                var outer = TVector.Load(in Output.Gradient[((long)row * Output.Stride) + column], 0);
                var z = (TVector.Load(in Input.Values[((long)row * Input.Stride) + column], 0) - mean) * scale;
                TVector.AddProduct(outer, 1, ref sums[0]);
                TVector.AddProduct(outer * z, 1, ref products[0]);
            }

            for (int i = 0; i < Math.Min(lanes, Input.Width - column); i++)
            {
                _bias.Gradient[column + i] = (adds ? _bias.Gradient[column + i] : 0) + (float)sums[i];
                _weight.Gradient[column + i] = (adds ? _weight.Gradient[column + i] : 0) + (float)products[i];
                _outerMean.Span[column + i] = (float)(sums[i] / rows);
                _slope.Span[column + i] = (float)(products[i] / rows);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Backward(int first, int rows, in Pass pass)
    {
        ref float mean = ref _mean.Reference, scale = ref _scale.Reference, weights = ref _weights.Reference, outerMean = ref _outerMean.Reference, slope = ref _slope.Reference;
        for (int row = first; row < first + rows; row++)
        {
            ref float x = ref Input.Values[(long)row * Input.Stride];
            ref float outer = ref Output.Gradient[(long)row * Output.Stride];
            ref float inner = ref Input.Gradient[(long)row * Input.Stride];
            for (nuint i = 0; i < (nuint)Input.Width; i += (nuint)TVector.Count)
            {
                var factor = TVector.Load(in scale, i);
                var z = (TVector.Load(in x, i) - TVector.Load(in mean, i)) * factor;
                var gradient = TVector.Load(in outer, i) - TVector.Load(in outerMean, i) - (z * TVector.Load(in slope, i));
                gradient = gradient * factor * TVector.Load(in weights, i);
                (AddsToGradient ? TVector.Load(in inner, i) + gradient : gradient).Store(ref inner, i);
            }
        }
    }

    /// <summary>Computes what a column is multiplied by, and lets the running averages follow, the variance in its unbiased form.</summary>
    private void Follow(int column, double squares, int rows)
    {
        _scale.Span[column] = (float)(1 / Math.Sqrt((squares / rows) + _layer.Epsilon));
        double share = _layer.Momentum;
        _runningMean[column] = (float)((share * _mean.Span[column]) + ((1 - share) * _runningMean[column]));
        _runningVariance[column] = (float)((share * squares / (rows - 1)) + ((1 - share) * _runningVariance[column]));
    }
}
