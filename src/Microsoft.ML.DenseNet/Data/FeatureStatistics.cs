namespace Microsoft.ML.DenseNet;

/// <summary>The mean and spread of each feature, missing values left out, rows weighted.</summary>
/// <param name="Mean">One a feature; 0 for a feature that is always missing.</param>
/// <param name="InverseDeviation">1 / (population standard deviation), one a feature; 0 for a constant feature.</param>
internal sealed record FeatureStatistics(float[] Mean, float[] InverseDeviation)
{
    public static FeatureStatistics Of(RowSet rows)
    {
        int width = rows.Width;
        var shift = new double[width]; // the first value seen: sums of differences from it lose no digits to a large mean
        var seen = new bool[width];
        var weightSum = new double[width];
        var sum = new double[width];
        var squares = new double[width];
        foreach (var block in rows.Blocks)
        {
            var features = block.Features.Span;
            for (int row = 0; row < block.Rows; row++)
            {
                double weight = rows.HasWeights ? block.Weights.Span[row] : 1;
                var values = features.Slice(row * width, width);
                for (int i = 0; i < values.Length; i++)
                {
                    if (float.IsNaN(values[i]))
                        continue;
                    if (!seen[i])
                    {
                        seen[i] = true;
                        shift[i] = values[i];
                    }

                    double difference = values[i] - shift[i];
                    weightSum[i] += weight;
                    sum[i] += weight * difference;
                    squares[i] += weight * difference * difference;
                }
            }
        }

        var mean = new float[width];
        var inverseDeviation = new float[width];
        for (int i = 0; i < width; i++)
        {
            if (weightSum[i] == 0)
                continue;
            double shifted = sum[i] / weightSum[i];
            double deviation = Math.Sqrt(Math.Max(0, squares[i] / weightSum[i] - shifted * shifted));
            mean[i] = (float)(shift[i] + shifted);

            // A spread within float rounding of the values is no spread: scaling it up would only show noise.
            bool isConstant = deviation <= 1e-7 * Math.Abs(mean[i]);
            inverseDeviation[i] = isConstant ? 0 : (float)(1 / deviation);
            if (!float.IsFinite(inverseDeviation[i]))
                inverseDeviation[i] = float.MaxValue;
        }

        return new FeatureStatistics(mean, inverseDeviation);
    }
}
