using System.Runtime.Intrinsics;

namespace Microsoft.ML.DenseNet;

/// <summary>Sums over rows, accumulated block by block, from which each feature's mean and deviation are computed; missing values are left out.</summary>
internal sealed partial class FeatureMoments
{
    private readonly double[] _shift; // the first value seen: sums of differences from it lose no digits to a large mean
    private readonly bool[] _seen;
    private readonly double[] _weight;
    private readonly double[] _sum;
    private readonly double[] _squares;
    private double _sparseWeight; // of all sparse rows; minus a slot's stored weight, this is the weight of its zeros
    private Vector256<double>[]? _stored; // per slot, over its stored values: the weight, that of missing ones, the sum, the squares
    private bool _allSeen;

    public FeatureMoments(int width)
    {
        _shift = new double[width];
        _seen = new bool[width];
        _weight = new double[width];
        _sum = new double[width];
        _squares = new double[width];
    }

    /// <summary>Returns the moments of the rows.</summary>
    public static FeatureMoments Of(RowSet rows)
    {
        if (rows.Moments is { } gathered)
            return gathered;
        var moments = new FeatureMoments(rows.Width);
        foreach (var block in rows.Blocks)
            moments.Add(block);
        return moments;
    }

    /// <summary>Adds rows; blocks may be of any size, as long as the rows come in the same order.</summary>
    public void Add(RowBlock block)
    {
        var weights = block.Weights.Span;
        if (block.Sparse is { } sparse)
        {
            AddSparse(sparse, block.Rows, weights);
            return;
        }

        var features = block.Features.Span;
        int width = _shift.Length;
        if (!_allSeen)
            Look(features, block.Rows);
        int first = 0;
        for (; first + Vector256<float>.Count <= width; first += Vector256<float>.Count)
        {
            if (weights.Length == 0)
            {
                AddEight(features, block.Rows, first);
                continue;
            }

            AddFour(features, block.Rows, first, weights);
            AddFour(features, block.Rows, first + Vector128<float>.Count, weights);
        }

        if (first + Vector128<float>.Count <= width)
        {
            AddFour(features, block.Rows, first, weights);
            first += Vector128<float>.Count;
        }

        for (; first < width; first++)
            AddOne(features, block.Rows, first, weights);
    }

    public FeatureStatistics ToStatistics()
    {
        int width = _shift.Length;
        var mean = new float[width];
        var inverseDeviation = new float[width];
        for (int i = 0; i < width; i++)
        {
            var stored = _stored?[i] ?? default;
            double zeros = Math.Max(0, _sparseWeight - stored[0]);
            double weight = _weight[i] + stored[0] - stored[1] + zeros;
            if (weight == 0)
                continue;
            double shifted = (_sum[i] + stored[2] - (zeros * _shift[i])) / weight;
            double squares = _squares[i] + stored[3] + (zeros * _shift[i] * _shift[i]);
            double deviation = Math.Sqrt(Math.Max(0, squares / weight - shifted * shifted));
            mean[i] = (float)(_shift[i] + shifted);

            // A spread within float rounding of the values does not count: scaling it up would only amplify noise.
            bool isConstant = deviation <= 1e-7 * Math.Abs(mean[i]);
            inverseDeviation[i] = isConstant ? 0 : (float)(1 / deviation);
            if (!float.IsFinite(inverseDeviation[i]))
                inverseDeviation[i] = float.MaxValue;
        }

        return new FeatureStatistics(mean, inverseDeviation);
    }

    /// <summary>Returns factors that bring the numbers among the slots of sparse rows to one scale and keep the rows sparse.</summary>
    /// <remarks>
    /// Words and categories keep their values: the relative sizes of counts and tf-idf values carry meaning, and standardizing the words
    /// that most texts contain was measured to cost up to 0.03 AUC. A number differs from row to row and has a value in all but a few
    /// rows, or in most rows if it is too large for normalized text: it gets mean and deviation, and so a value in every row. Any other
    /// slot keeps its zeros, and its values too unless they are large; large ones are scaled to a root mean square of 1.
    /// </remarks>
    public FeatureStatistics ToSparseStatistics()
    {
        const double All = 0.999, Most = 0.9;
        const double Large = 1, LargeAmongZeros = 16; // normalized tf-idf ends at 1, counts and other tf-idf usually stay below 16
        var statistics = ToStatistics();
        for (int i = 0; i < _shift.Length; i++)
        {
            var stored = _stored?[i] ?? default;
            double present = stored[0] - stored[1];
            double shifted = stored[2] / present, squares = stored[3] / present; // NaN for a slot without any value
            double size = Math.Sqrt(squares + (2 * _shift[i] * shifted) + (_shift[i] * _shift[i]));
            bool differs = Math.Sqrt(squares - (shifted * shifted)) > 1e-7 * Math.Abs(_shift[i] + shifted);
            if (differs && stored[0] >= (size > Large ? Most : All) * _sparseWeight)
                continue;
            statistics.Mean[i] = 0;
            statistics.InverseDeviation[i] = size > LargeAmongZeros ? (float)(1 / size) : 1;
        }

        return statistics;
    }

    /// <summary>Finds the first value of each feature that has not been seen yet.</summary>
    private void Look(ReadOnlySpan<float> features, int rows)
    {
        int width = _shift.Length;
        _allSeen = true;
        for (int i = 0; i < width; i++)
        {
            for (int row = 0; row < rows && !_seen[i]; row++)
            {
                float value = features[(row * width) + i];
                _seen[i] = !float.IsNaN(value);
                if (_seen[i])
                    _shift[i] = value;
            }

            _allSeen &= _seen[i];
        }
    }

    private void AddEight(ReadOnlySpan<float> features, int rows, int first)
    {
        var shiftLow = Vector256.Create(_shift, first);
        var shiftHigh = Vector256.Create(_shift, first + 4);
        Vector256<double> sumLow = Vector256.Create(_sum, first), sumHigh = Vector256.Create(_sum, first + 4);
        Vector256<double> squaresLow = Vector256.Create(_squares, first), squaresHigh = Vector256.Create(_squares, first + 4);
        Vector256<double> weightLow = Vector256.Create(_weight, first), weightHigh = Vector256.Create(_weight, first + 4);
        var one = Vector256<double>.One;
        int width = _shift.Length;
        for (int row = 0; row < rows; row++)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(features.Slice((row * width) + first, Vector256<float>.Count)));
            var presentLow = Vector256.Equals(low, low); // a missing value, NaN, does not equal itself
            var presentHigh = Vector256.Equals(high, high);
            var differenceLow = (low - shiftLow) & presentLow;
            var differenceHigh = (high - shiftHigh) & presentHigh;
            weightLow += one & presentLow;
            weightHigh += one & presentHigh;
            sumLow += differenceLow;
            sumHigh += differenceHigh;
            squaresLow += differenceLow * differenceLow;
            squaresHigh += differenceHigh * differenceHigh;
        }

        sumLow.CopyTo(_sum, first);
        sumHigh.CopyTo(_sum, first + 4);
        squaresLow.CopyTo(_squares, first);
        squaresHigh.CopyTo(_squares, first + 4);
        weightLow.CopyTo(_weight, first);
        weightHigh.CopyTo(_weight, first + 4);
    }

    private void AddFour(ReadOnlySpan<float> features, int rows, int first, ReadOnlySpan<float> weights)
    {
        var shift = Vector256.Create(_shift, first);
        var sum = Vector256.Create(_sum, first);
        var squares = Vector256.Create(_squares, first);
        var weightSum = Vector256.Create(_weight, first);
        int width = _shift.Length;
        for (int row = 0; row < rows; row++)
        {
            var value = Vector256.WidenLower(Vector128.Create(features.Slice((row * width) + first, Vector128<float>.Count)).ToVector256());
            var present = Vector256.Equals(value, value);
            var weight = Vector256.Create(weights.Length == 0 ? 1.0 : weights[row]) & present;
            var difference = (value - shift) & present;
            weightSum += weight;
            sum += weight * difference;
            squares += weight * difference * difference;
        }

        sum.CopyTo(_sum, first);
        squares.CopyTo(_squares, first);
        weightSum.CopyTo(_weight, first);
    }

    private void AddOne(ReadOnlySpan<float> features, int rows, int feature, ReadOnlySpan<float> weights)
    {
        int width = _shift.Length;
        double shift = _shift[feature], sum = _sum[feature], squares = _squares[feature], weightSum = _weight[feature];
        for (int row = 0; row < rows; row++)
        {
            float value = features[(row * width) + feature];
            if (float.IsNaN(value))
                continue;
            double weight = weights.Length == 0 ? 1 : weights[row];
            double difference = value - shift;
            weightSum += weight;
            sum += weight * difference;
            squares += weight * difference * difference;
        }

        (_sum[feature], _squares[feature], _weight[feature]) = (sum, squares, weightSum);
    }

    private void AddSparse(SparseRows rows, int count, ReadOnlySpan<float> weights)
    {
        if (!_allSeen && count > 0)
        {
            // The first row's values, zeros included; a slot that is missing there starts from 0.
            var slots = rows.RowSlots(0);
            var values = rows.RowValues(0);
            for (int i = 0; i < slots.Length; i++)
                _shift[slots[i]] = float.IsNaN(values[i]) ? 0 : values[i];
            _allSeen = true;
        }

        var stored = _stored ??= new Vector256<double>[_shift.Length];
        for (int row = 0; row < count; row++)
        {
            double weight = weights.Length == 0 ? 1 : weights[row];
            _sparseWeight += weight;
            var slots = rows.RowSlots(row);
            var values = rows.RowValues(row);
            for (int i = 0; i < slots.Length; i++)
            {
                double difference = values[i] - _shift[slots[i]];
                var terms = double.IsNaN(difference)
                    ? Vector256.Create(weight, weight, 0, 0)
                    : Vector256.Create(weight, 0, weight * difference, weight * difference * difference);
                stored[slots[i]] += terms;
            }
        }
    }
}
