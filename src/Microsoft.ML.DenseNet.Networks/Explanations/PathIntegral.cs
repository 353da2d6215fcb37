using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Explains one row at a time: integrates gradients on the straight paths from the background rows to it, until they account for the difference of the scores.
/// </summary>
/// <remarks>
/// By the midpoint rule. Each path's gap is known, because the scores at its ends are, so only paths with a large one get three times as many steps, among
/// whose midpoints are those of before. Rules of a higher order gain nothing, because the gradients of most networks jump; and rules that use the ends of the
/// paths lose, because gradients are steepest there, where the network was trained. Keeps its memory between rows. For one thread at a time.
/// </remarks>
internal sealed class PathIntegral : IDisposable
{
    /// <summary>The steps of each path before the first check: with fewer, the gap may be small by chance where the contributions are wrong.</summary>
    private const int FirstSteps = 3;

    /// <summary>By how many the steps are multiplied.</summary>
    private const int Refinement = 3;

    /// <summary>How many times the mean gap a path must have to get more steps: few at a time, because the sum of all gaps decides.</summary>
    private const double SelectedGap = 4;

    /// <summary>A gap that single precision may leave, as a share of the values' magnitude.</summary>
    private const double Precision = 2e-6;

    private readonly PathSpace _space;
    private readonly Baseline _baseline;
    private readonly ExplainedFunction _function;
    private readonly InputGradientProgram _program;
    private readonly float[] _point;
    private readonly float[] _scratch;
    private readonly float[] _slots;
    private readonly float[][] _sums; // of the gradients, for each output [background rows, width]
    private readonly int[] _steps;
    private readonly double[] _pathGaps; // of each path, as a share of what is tolerated in all
    private readonly int[] _selected;
    private readonly int[] _owners; // the path of each point in the program
    private int _selectedCount;

    /// <param name="space">Where paths are straight.</param>
    /// <param name="baseline">Where they begin.</param>
    /// <param name="function">What is explained.</param>
    /// <param name="program">Computes gradients; taken over.</param>
    /// <param name="slots">The number of slots that the caller needs room for; see <see cref="Slots"/>.</param>
    public PathIntegral(PathSpace space, Baseline baseline, ExplainedFunction function, InputGradientProgram program, int slots)
    {
        (_space, _baseline, _function, _program) = (space, baseline, function, program);
        (_point, _scratch, _slots) = (new float[space.Width], new float[space.Width], new float[slots]);
        _sums = [.. Enumerable.Range(0, program.OutputWidth).Select(_ => new float[checked(baseline.Count * space.Width)])];
        (_steps, _pathGaps, _selected, _owners) = (new int[baseline.Count], new double[baseline.Count], new int[baseline.Count], new int[program.Capacity]);
        Scores = new float[program.OutputWidth];
        Gaps = new double[program.OutputWidth];
    }

    /// <summary>The explained values of the row.</summary>
    public float[] Scores { get; }

    /// <summary>By how much each explained value exceeds the base value and all contributions.</summary>
    public double[] Gaps { get; }

    /// <summary>The number of steps of all paths.</summary>
    public int Steps => _steps.Sum();

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
        Array.Clear(_steps);
        if (!TensorPrimitives.IsFiniteAll<float>(Scores))
        {
            Array.Fill(Gaps, double.NaN);
            return;
        }

        foreach (float[] sums in _sums)
            Array.Clear(sums);
        for (int path = 0; path < _selected.Length; path++)
            _selected[path] = path;
        _selectedCount = _selected.Length;
        do
            AddPoints(maximumSteps);
        while (!MeasureGaps(tolerance) && Select(maximumSteps));
    }

    /// <summary>Computes the contributions of slots to an explained value, which with the base value are the score; the gap is distributed in proportion to their magnitudes.</summary>
    /// <param name="row">The row that was explained.</param>
    /// <param name="output">The explained value's number.</param>
    /// <param name="contributions">Receives a value for each slot; NaN if the score is not finite.</param>
    public void Attribute(in RawRow row, int output, Span<float> contributions)
    {
        if (_steps[0] == 0)
        {
            contributions.Fill(float.NaN);
            return;
        }

        _space.Attribute(row, new PathGradients(_baseline, _point, _sums[output], _steps, _scratch), contributions);
        double total = 0;
        foreach (float contribution in contributions)
            total += Math.Abs(contribution);
        float share = total > 0 ? (float)(Gaps[output] / total) : 0;
        foreach (ref float contribution in contributions)
            contribution += share * MathF.Abs(contribution);
    }

    public void Dispose() => _program.Dispose();

    private static int StepsAfter(int steps, int maximumSteps) => steps == 0 ? Math.Min(FirstSteps, maximumSteps) : Refinement * steps;

    /// <summary>Adds the gradients in the middle of the selected paths' next, shorter steps, except for those in the middle of the longer ones, which are there already.</summary>
    private void AddPoints(int maximumSteps)
    {
        int selected = 0, place = 0;
        while (selected < _selectedCount)
        {
            int rows = 0;
            for (; rows < _program.Capacity && selected < _selectedCount; rows++)
            {
                int path = _selected[selected], before = _steps[path], after = StepsAfter(before, maximumSteps);
                int step = before == 0 ? place : (place / 2 * Refinement) + (place % 2 * 2);
                _owners[rows] = path;
                var origin = _baseline.Point(path);
                var target = _program.Input(rows);
                TensorPrimitives.Subtract(_point, origin, target);
                TensorPrimitives.MultiplyAdd(target, (step + 0.5f) / after, origin, target);
                place++;
                if (place == after - before)
                    (selected, place) = (selected + 1, 0);
            }

            AddGradients(rows);
        }

        foreach (int path in _selected.AsSpan(0, _selectedCount))
            _steps[path] = StepsAfter(_steps[path], maximumSteps);
    }

    private void AddGradients(int rows)
    {
        _program.Forward(rows);
        for (int output = 0; output < _sums.Length; output++)
        {
            for (int i = 0; i < rows; i++)
                _function.Differentiate(output, _program.Output(i), _program.OutputGradient(i));
            _program.Backward(rows);
            for (int i = 0; i < rows; i++)
            {
                var sum = _sums[output].AsSpan(_owners[i] * _space.Width, _space.Width);
                TensorPrimitives.Add(sum, _program.InputGradient(i), sum);
            }
        }
    }

    /// <summary>Measures the gaps, of each explained value and of each path. Returns whether the former are within the tolerance.</summary>
    private bool MeasureGaps(double tolerance)
    {
        bool isWithin = true;
        Array.Clear(_pathGaps);
        for (int output = 0; output < Gaps.Length; output++)
        {
            double mean = _baseline.Means[output], spread = _baseline.Spreads[output], score = Scores[output], gap = 0;
            double tolerated = (tolerance * (spread > 0 ? spread : Math.Abs(score - mean))) + (Precision * (Math.Abs(score) + Math.Abs(mean)));
            for (int path = 0; path < _steps.Length; path++)
            {
                TensorPrimitives.Subtract(_point, _baseline.Point(path), _scratch);
                double accounted = TensorPrimitives.Dot<float>(_scratch, _sums[output].AsSpan(path * _space.Width, _space.Width)) / _steps[path];
                double pathGap = _baseline.Weights[path] * (score - _baseline.Value(path, output) - accounted);
                gap += pathGap;
                _pathGaps[path] = Math.Max(_pathGaps[path], tolerated > 0 ? Math.Abs(pathGap) / tolerated : 0);
            }

            Gaps[output] = gap;
            isWithin &= Math.Abs(gap) <= tolerated;
        }

        return isWithin;
    }

    /// <summary>Selects the paths that get more steps: those with several times the mean gap, or the largest, of those that may have more. Returns whether there are any.</summary>
    private bool Select(int maximumSteps)
    {
        double sum = 0, largest = 0;
        int open = 0;
        for (int path = 0; path < _steps.Length; path++)
        {
            if (Refinement * _steps[path] <= maximumSteps)
                (sum, largest, open) = (sum + _pathGaps[path], Math.Max(largest, _pathGaps[path]), open + 1);
        }

        // Of equal gaps, rounding may put the mean above all.
        Select(open == 0 ? 0 : Math.Min(SelectedGap * sum / open, largest) * (1 - 1e-9), maximumSteps);
        return _selectedCount > 0;
    }

    private void Select(double limit, int maximumSteps)
    {
        _selectedCount = 0;
        for (int path = 0; path < _steps.Length; path++)
        {
            if (_pathGaps[path] >= limit && Refinement * _steps[path] <= maximumSteps)
                _selected[_selectedCount++] = path;
        }
    }
}
