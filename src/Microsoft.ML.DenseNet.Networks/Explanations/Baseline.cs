namespace Microsoft.ML.DenseNet;

/// <summary>What predictions are compared with: the points of the background rows, and the mean and spread of the explained values over them. Immutable.</summary>
internal sealed class Baseline
{
    private readonly float[] _points;
    private readonly double[,] _values;
    private readonly int _width;

    private Baseline(float[] points, int width, double[,] values, float[] weights, double[] means, double[] spreads)
    {
        (_points, _width, _values, Weights, Means, Spreads) = (points, width, values, weights, means, spreads);
    }

    /// <summary>The weight of each background row.</summary>
    public float[] Weights { get; }

    /// <summary>The number of background rows.</summary>
    public int Count => Weights.Length;

    /// <summary>The mean of each explained value.</summary>
    public double[] Means { get; }

    /// <summary>The standard deviation of each explained value.</summary>
    public double[] Spreads { get; }

    /// <summary>Computes the explained values of the background rows.</summary>
    /// <exception cref="ArgumentException">That of a row is not a finite number.</exception>
    public static Baseline Of(BackgroundRows background, PathSpace space, ExplainedFunction function, InputGradientProgram program)
    {
        float[] points = new float[checked(background.Count * space.Width)], row = new float[background.Width], values = new float[program.OutputWidth];
        double[] means = new double[values.Length], squares = new double[values.Length];
        var all = new double[background.Count, values.Length];
        for (int i = 0; i < background.Count; i++)
        {
            var point = points.AsSpan(i * space.Width, space.Width);
            background.CopyRow(i, row);
            space.Enter(new RawRow(row), point);
            point.CopyTo(program.Input(0));
            program.Forward(1);
            function.Evaluate(program.Output(0), values);
            for (int j = 0; j < values.Length; j++)
            {
                if (!float.IsFinite(values[j]))
                    throw new ArgumentException($"Background row {i} is predicted as {values[j]}{(row.AsSpan().Contains(float.NaN) ? ": it has a missing value (NaN), for which this network has no replacement" : "")}. Leave the row out.", nameof(background));
                all[i, j] = values[j];
                means[j] += background.Weights[i] * values[j];
            }
        }

        for (int i = 0; i < background.Count; i++)
        {
            for (int j = 0; j < values.Length; j++)
                squares[j] += background.Weights[i] * (all[i, j] - means[j]) * (all[i, j] - means[j]);
        }

        return new Baseline(points, space.Width, all, [.. background.Weights], means, [.. squares.Select(Math.Sqrt)]);
    }

    /// <summary>An explained value of a background row.</summary>
    public double Value(int row, int output) => _values[row, output];

    /// <summary>The point of a background row.</summary>
    public ReadOnlySpan<float> Point(int row) => _points.AsSpan(row * _width, _width);
}
