using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Explains one row at a time: integrates gradients on the straight paths from the background rows to it, until they account for the difference of the scores.
/// </summary>
/// <remarks>
/// By the midpoint rule, with three times as many steps until the gap is small. Rules of a higher order gain nothing, because the gradients of most networks
/// jump; and rules that use the ends of the paths lose, because gradients are steepest there, where the network was trained. Keeps its memory between rows. For one
/// thread at a time.
/// </remarks>
internal sealed class PathIntegral : IDisposable
{
    /// <summary>
    /// The steps before the first check: with fewer, the gap may be small by chance where the contributions are wrong. A third step keeps the
    /// points of before, see <see cref="AddPoints"/>.
    /// </summary>
    private const int FirstSteps = 3;

    /// <summary>A gap that single precision may leave, as a share of the values' magnitude.</summary>
    private const double Precision = 2e-6;

    private readonly PathSpace _space;
    private readonly Baseline _baseline;
    private readonly ExplainedFunction _function;
    private readonly InputGradientProgram _program;
    private readonly float[] _point;
    private readonly float[] _gradient;
    private readonly float[] _difference;
    private readonly float[] _means;
    private readonly float[][] _sums;
    private readonly float[] _slots;

    /// <param name="space">Where paths are straight.</param>
    /// <param name="baseline">Where they begin.</param>
    /// <param name="function">What is explained.</param>
    /// <param name="program">Computes gradients; taken over.</param>
    /// <param name="slots">The number of slots that the caller needs room for; see <see cref="Slots"/>.</param>
    public PathIntegral(PathSpace space, Baseline baseline, ExplainedFunction function, InputGradientProgram program, int slots)
    {
        (_space, _baseline, _function, _program) = (space, baseline, function, program);
        (_point, _gradient, _difference) = (new float[space.Width], new float[space.Width], new float[space.Width]);
        int size = space.KeepsBackgrounds ? checked(baseline.Count * space.Width) : space.Width;
        _sums = [.. Enumerable.Range(0, program.OutputWidth).Select(_ => new float[size])];
        _means = new float[size];
        _slots = new float[slots];
        Scores = new float[program.OutputWidth];
        Gaps = new double[program.OutputWidth];
    }

    /// <summary>The explained values of the row.</summary>
    public float[] Scores { get; }

    /// <summary>By how much each explained value exceeds the base value and all contributions.</summary>
    public double[] Gaps { get; }

    /// <summary>The number of steps of each path.</summary>
    public int Steps { get; private set; }

    /// <summary>Room for the contributions of slots, for a caller that sums them up.</summary>
    public Span<float> Slots => _slots;

    /// <summary>Explains a row.</summary>
    /// <param name="row">The row, checked.</param>
    /// <param name="tolerance">See <see cref="ExplanationOptions.Tolerance"/>.</param>
    /// <param name="maximumSteps">See <see cref="ExplanationOptions.MaximumSteps"/>.</param>
    public void Run(in RawRow row, double tolerance, int maximumSteps)
    {
        _space.Enter(row, _point);
        _point.CopyTo(_program.Input(0));
        _program.Forward(1);
        _function.Evaluate(_program.Output(0), Scores);
        foreach (float[] sum in _sums)
            Array.Clear(sum);
        Steps = 0;
        if (!Array.TrueForAll(Scores, float.IsFinite))
        {
            Array.Fill(Gaps, double.NaN);
            return;
        }

        for (int next = Math.Min(FirstSteps, maximumSteps); next <= maximumSteps; next *= FirstSteps)
        {
            AddPoints(next);
            Steps = next;
            if (MeasureGaps(tolerance))
                break;
        }
    }

    /// <summary>Computes the contributions of slots to an explained value, which with the base value are the score; the gap is distributed in proportion to their magnitudes.</summary>
    /// <param name="row">The row that was explained.</param>
    /// <param name="output">The explained value's number.</param>
    /// <param name="contributions">Receives a value for each slot; NaN if the score is not finite.</param>
    public void Attribute(in RawRow row, int output, Span<float> contributions)
    {
        if (Steps == 0)
        {
            contributions.Fill(float.NaN);
            return;
        }

        TensorPrimitives.Divide(_sums[output], Steps, _means);
        _space.Attribute(row, _means, contributions);
        float total = TensorPrimitives.SumOfMagnitudes<float>(contributions);
        float share = total > 0 ? (float)(Gaps[output] / total) : 0;
        foreach (ref float contribution in contributions)
            contribution += share * MathF.Abs(contribution);
    }

    public void Dispose() => _program.Dispose();

    /// <summary>Adds the gradients in the middle of each step, except for those of three times longer steps, every third, which are there already.</summary>
    /// <param name="steps">The number of steps of each path.</param>
    private void AddPoints(int steps)
    {
        bool isFirst = Steps == 0;
        int count = isFirst ? steps : steps / 3 * 2, total = _baseline.Count * count;
        for (int start = 0, rows; start < total; start += rows)
        {
            rows = Math.Min(_program.Capacity, total - start);
            for (int i = 0; i < rows; i++)
            {
                int background = (start + i) / count;
                int place = (start + i) % count;
                int step = isFirst ? place : (place / 2 * 3) + (place % 2 * 2);
                var origin = _baseline.Point(background);
                var target = _program.Input(i);
                TensorPrimitives.Subtract(_point, origin, target);
                TensorPrimitives.MultiplyAdd(target, (step + 0.5f) / steps, origin, target);
            }

            _program.Forward(rows);
            for (int output = 0; output < _sums.Length; output++)
            {
                for (int i = 0; i < rows; i++)
                    _function.Differentiate(output, _program.Output(i), _program.OutputGradient(i));
                _program.Backward(rows);
                Sum(start, rows, count, _sums[output]);
            }
        }
    }

    /// <summary>Adds up gradients, background row by background row.</summary>
    private void Sum(int start, int rows, int count, float[] sums)
    {
        for (int i = 0; i < rows;)
        {
            int background = (start + i) / count;
            var gradient = _space.KeepsBackgrounds ? sums.AsSpan(background * _space.Width, _space.Width) : _gradient.AsSpan();
            if (!_space.KeepsBackgrounds)
                gradient.Clear();
            for (; i < rows && (start + i) / count == background; i++)
                TensorPrimitives.Add(gradient, _program.InputGradient(i), gradient);
            if (_space.KeepsBackgrounds)
                continue;
            TensorPrimitives.Subtract(_point, _baseline.Point(background), _difference);
            TensorPrimitives.Multiply(_difference, _baseline.Weights[background], _difference);
            TensorPrimitives.MultiplyAdd(_difference, gradient, sums, sums);
        }
    }

    /// <summary>Returns whether all gaps are within the tolerance.</summary>
    private bool MeasureGaps(double tolerance)
    {
        bool isWithin = true;
        for (int output = 0; output < Gaps.Length; output++)
        {
            double mean = _baseline.Means[output], spread = _baseline.Spreads[output], score = Scores[output];
            Gaps[output] = score - mean - (Total(_sums[output]) / Steps);
            double scale = spread > 0 ? spread : Math.Abs(score - mean);
            isWithin &= Math.Abs(Gaps[output]) <= (tolerance * scale) + (Precision * (Math.Abs(score) + Math.Abs(mean)));
        }

        return isWithin;
    }

    private double Total(float[] sums)
    {
        double total = 0;
        if (!_space.KeepsBackgrounds)
        {
            foreach (float sum in sums)
                total += sum;
            return total;
        }

        for (int background = 0; background < _baseline.Count; background++)
        {
            TensorPrimitives.Subtract(_point, _baseline.Point(background), _difference);
            total += _baseline.Weights[background] * TensorPrimitives.Dot<float>(_difference, sums.AsSpan(background * _space.Width, _space.Width));
        }

        return total;
    }
}
