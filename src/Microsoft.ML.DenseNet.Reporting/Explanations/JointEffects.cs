namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Partial dependence on one or several features at the values that they have in each row.</summary>
/// <param name="rows">The rows.</param>
/// <param name="output">What is predicted.</param>
internal sealed class JointEffects(ExplainedRows rows, ExplainedOutput output)
{
    private readonly int _width = rows.Network.Layout.InputWidth;
    private readonly int _outputs = rows.Explained.OutputNames.Count;
    private readonly float[] _changed = rows.Values.ToArray();
    private readonly float[] _predictions = new float[rows.Count * rows.Explained.OutputNames.Count];

    /// <summary>Returns the partial dependence at the values of each row, for each output, with a mean of 0.</summary>
    public double[] Of(ReadOnlySpan<ExplainedFeature> features)
    {
        double[] effects = new double[rows.Count * _outputs];
        for (int source = 0; source < rows.Count; source++)
        {
            for (int row = 0; row < rows.Count; row++)
            {
                foreach (var feature in features)
                    feature.Copy(rows.Row(source), _changed.AsSpan(row * _width, _width));
            }

            rows.Explained.Evaluate(output, _changed, _predictions);
            for (int i = 0; i < _predictions.Length; i++)
                effects[(source * _outputs) + (i % _outputs)] += (double)_predictions[i] / rows.Count;
        }

        Restore(features);
        Center(effects);
        return effects;
    }

    /// <summary>Returns the features that change predictions most if each row gets the value of another, in their own order.</summary>
    public IEnumerable<ExplainedFeature> Strongest(int count)
    {
        if (rows.Features.Count <= count)
            return rows.Features;
        float[] before = new float[_predictions.Length];
        rows.Explained.Evaluate(output, rows.Values, before);
        double[] changes = [.. rows.Features.Select(feature => Change(feature, before))];
        return Enumerable.Range(0, changes.Length).OrderByDescending(place => changes[place]).Take(count).Order().Select(place => rows.Features[place]).ToArray();
    }

    private double Change(ExplainedFeature feature, float[] before)
    {
        for (int row = 0; row < rows.Count; row++)
            feature.Copy(rows.Row((row + (rows.Count / 2)) % rows.Count), _changed.AsSpan(row * _width, _width));
        rows.Explained.Evaluate(output, _changed, _predictions);
        Restore([feature]);
        return _predictions.Zip(before, (after, first) => Math.Abs((double)after - first)).Sum();
    }

    private void Restore(ReadOnlySpan<ExplainedFeature> features)
    {
        for (int row = 0; row < rows.Count; row++)
        {
            foreach (var feature in features)
                feature.Copy(rows.Row(row), _changed.AsSpan(row * _width, _width));
        }
    }

    private void Center(double[] effects)
    {
        for (int number = 0; number < _outputs; number++)
        {
            double mean = 0;
            for (int row = 0; row < rows.Count; row++)
                mean += effects[(row * _outputs) + number] / rows.Count;
            for (int row = 0; row < rows.Count; row++)
                effects[(row * _outputs) + number] -= mean;
        }
    }
}
