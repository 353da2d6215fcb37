namespace Microsoft.ML.DenseNet;

/// <summary>
/// Finds the <see cref="Calibration"/> with the lowest log-loss on rows that a network did not learn from, subject to the mean probability
/// of each class: it becomes a given share. A convex problem, solved by Newton's method.
/// </summary>
/// <remarks>
/// The derivative of the log-loss by a class's shift is the sum of its probabilities minus the number of its rows. With the rows' own
/// shares, the result is the ordinary maximum likelihood.
/// </remarks>
internal sealed class CalibrationFit
{
    /// <summary>
    /// The weight, in rows, of <c>factor − 1 − ln(factor)</c> where the factor is above 1: a Gamma prior with mode 1. Without it, a few rows
    /// that are all classified correctly would make the factor infinite, and give a later wrong row a probability of 0. Nothing opposes a
    /// factor below 1: outputs that say little must be allowed to shrink towards the classes' shares. The value is our choice; 1 and 10 do
    /// nearly as well on small data, and many rows outweigh it.
    /// </summary>
    private const double Doubt = 3;

    /// <summary>
    /// The weight, relative to a class's rows, of half the squared distance of its shift from the one with which a factor of 1 changes nothing
    /// and one of 0 predicts the shares, and the range of that weight in rows. Where classes are separated so well that shifts change hardly
    /// any probability, a row or two would otherwise decide about large ones. Shares are met but for a hundredth. Ours.
    /// </summary>
    private const double Ridge = 0.01, MinimumRidge = 0.01, MaximumRidge = 1;

    /// <summary>Iterations end when a step would lower the sum of the rows' losses by less than this.</summary>
    private const double Tolerance = 1e-7;

    /// <summary>The share of the expected gain that a step must bring.</summary>
    private const double Sufficient = 1e-4;

    /// <summary>The most that a shift changes in a step. Far off, where all probabilities are 0 or 1, the loss has no curvature to return by.</summary>
    private const double MaximumShift = 2;

    private const int MaximumIterations = 100, MaximumConjugateSteps = 20;

    private readonly CalibrationRows _rows;
    private readonly double[] _counts, _anchors;
    private readonly double _trueOutputs;
    private readonly bool _shifts;
    private readonly double[] _gradient, _candidateGradient, _direction, _diagonal;

    private CalibrationFit(CalibrationRows rows, double[] counts, double[] anchors, bool shifts)
    {
        _rows = rows;
        _counts = counts[^rows.Width..];
        _anchors = anchors;
        _shifts = shifts;
        _trueOutputs = rows.SumOfTrueOutputs(counts) - (shifts ? rows.SumDueToChance(counts) : 0);
        _gradient = new double[1 + rows.Width];
        _candidateGradient = new double[1 + rows.Width];
        _direction = new double[1 + rows.Width];
        _diagonal = new double[1 + rows.Width];
    }

    /// <summary>Fits.</summary>
    /// <param name="rows">The rows; the sum of their weights says how much they outweigh the prior.</param>
    /// <param name="shares">The mean probability of each class; null for the shares that the rows have.</param>
    /// <param name="shifts">Whether shifts are fitted as well as the factor.</param>
    /// <returns>The best map, and the weighted loss of the rows with it, divided by their number.</returns>
    public static (Calibration Best, double Loss) Run(CalibrationRows rows, double[]? shares, bool shifts)
    {
        double[] own = rows.ClassWeights();
        double total = own.Sum();
        if (!(total > 0))
            return (Calibration.None(rows.Width), 0);
        double[] counts = shares is null ? own : [.. shares.Select(share => share * total)];
        double[] anchors = shifts ? Anchors(counts, total, rows.Width) : new double[rows.Width];
        var shifted = rows.Minus(anchors);
        var (point, normalizers) = new CalibrationFit(shifted, counts, anchors, shifts).Run();
        double loss = normalizers - (point[0] * shifted.SumOfTrueOutputs(own));
        for (int i = 0; i < rows.Width; i++)
            loss -= own[i + rows.Classes - rows.Width] * point[1 + i];
        return (new Calibration(point[0], [.. anchors.Select((anchor, i) => point[1 + i] - (point[0] * anchor))]), loss / rows.Count);
    }

    /// <summary>The outputs of a constant that predicts the shares; a class has at least half a row, so that they are finite.</summary>
    private static double[] Anchors(double[] counts, double total, int width)
    {
        double[] logarithms = [.. counts.Select(count => Math.Log(Math.Max(count, 0.5) / total))];
        double mean = logarithms.Average(); // only differences matter
        return width == 1 ? [logarithms[1] - logarithms[0]] : [.. logarithms.Select(value => value - mean)];
    }

    /// <summary>Returns the factor and what is added to outputs from which the anchors were subtracted.</summary>
    private (double[] Point, double Normalizers) Run()
    {
        double[] point = new double[1 + _rows.Width], candidate = new double[point.Length];
        point[0] = 1;
        _anchors.CopyTo(point, 1);
        double normalizers = _rows.SumOfLogNormalizers(point, _gradient);
        double value = Complete(normalizers, point, _gradient);
        for (int iteration = 0; iteration < MaximumIterations; iteration++)
        {
            double gain = FindDirection(point);
            if (gain < Tolerance)
                break;
            bool isBetter = false;
            for (double step = LargestStep(point), least = 1e-6 * step; step > least && !isBetter; step /= 2)
            {
                for (int i = 0; i < point.Length; i++)
                    candidate[i] = point[i] + (step * _direction[i]);
                candidate[0] = Math.Clamp(candidate[0], Calibration.MinimumFactor, Calibration.MaximumFactor);
                double candidateNormalizers = _rows.SumOfLogNormalizers(candidate, _candidateGradient);
                double candidateValue = Complete(candidateNormalizers, candidate, _candidateGradient);
                isBetter = candidateValue < value - (Sufficient * step * gain);
                if (isBetter)
                    (value, normalizers) = (candidateValue, candidateNormalizers);
            }

            if (!isBetter)
                break; // within rounding
            candidate.CopyTo(point, 0);
            _candidateGradient.CopyTo(_gradient, 0);
        }

        return (point, normalizers);
    }

    /// <summary>Returns the step, at most 1, with which the factor at most doubles and no shift changes much.</summary>
    private double LargestStep(double[] point)
    {
        double excess = Math.Max(1, _direction[0] / point[0]);
        foreach (double change in _direction.AsSpan(1))
            excess = Math.Max(excess, Math.Abs(change) / MaximumShift);
        return 1 / excess;
    }

    /// <summary>Returns what is minimized, given the sum of the normalizers, and turns the derivatives of those into its own.</summary>
    private double Complete(double normalizers, double[] point, double[] gradient)
    {
        double factor = point[0], value = normalizers - (factor * _trueOutputs);
        gradient[0] -= _trueOutputs;
        if (factor > 1)
        {
            value += Doubt * (factor - 1 - Math.Log(factor));
            gradient[0] += Doubt * (1 - (1 / factor));
        }

        for (int i = 0; i < _counts.Length; i++)
        {
            double distance = point[1 + i] - _anchors[i];
            value += (RidgeOf(i) / 2 * distance * distance) - (_counts[i] * point[1 + i]);
            gradient[1 + i] = _shifts ? gradient[1 + i] + (RidgeOf(i) * distance) - _counts[i] : 0;
        }

        return value;
    }

    /// <summary>Finds Newton's step by conjugate gradients, preconditioned with the diagonal; returns how much it would lower a quadratic function.</summary>
    private double FindDirection(double[] point)
    {
        int size = _gradient.Length;
        bool isAtEnd = (point[0] <= Calibration.MinimumFactor && _gradient[0] > 0) || (point[0] >= Calibration.MaximumFactor && _gradient[0] < 0);
        _rows.ReadCurvature(_diagonal);
        AddPriors(_diagonal, point, Ones(size));
        double[] residual = new double[size], scaled = new double[size], search = new double[size], product = new double[size];
        for (int i = 0; i < size; i++)
            residual[i] = IsFree(i) ? -_gradient[i] : 0;
        Array.Clear(_direction);
        Precondition(residual, scaled);
        double old = Dot(residual, scaled), start = old;
        scaled.CopyTo(search, 0);
        for (int step = 0; step < Math.Min(size, MaximumConjugateSteps) && old > 1e-8 * start; step++)
        {
            _rows.MultiplyByCurvature(search, product);
            AddPriors(product, point, search);
            double curvature = Dot(search, product);
            if (!(curvature > 0))
                break;
            double length = old / curvature;
            for (int i = 0; i < size; i++)
            {
                _direction[i] += length * search[i];
                residual[i] = IsFree(i) ? residual[i] - (length * product[i]) : 0;
            }

            Precondition(residual, scaled);
            double next = Dot(residual, scaled), ratio = next / old;
            for (int i = 0; i < size; i++)
                search[i] = scaled[i] + (ratio * search[i]);
            old = next;
        }

        return -Dot(_direction, _gradient) / 2;

        bool IsFree(int i) => i == 0 ? !isAtEnd : _shifts;
    }

    private void AddPriors(double[] product, double[] point, double[] direction)
    {
        if (point[0] > 1)
            product[0] += Doubt / (point[0] * point[0]) * direction[0];
        for (int i = 1; i < product.Length; i++)
            product[i] += RidgeOf(i - 1) * direction[i];
    }

    private double RidgeOf(int output) => Math.Clamp(Ridge * _counts[output], MinimumRidge, MaximumRidge);

    private void Precondition(double[] residual, double[] scaled)
    {
        for (int i = 0; i < residual.Length; i++)
            scaled[i] = _diagonal[i] > 0 ? residual[i] / _diagonal[i] : 0;
    }

    private static double[] Ones(int size)
    {
        double[] ones = new double[size];
        Array.Fill(ones, 1);
        return ones;
    }

    private static double Dot(double[] left, double[] right)
    {
        double sum = 0; // in this order on every machine
        for (int i = 0; i < left.Length; i++)
            sum += left[i] * right[i];
        return sum;
    }
}
