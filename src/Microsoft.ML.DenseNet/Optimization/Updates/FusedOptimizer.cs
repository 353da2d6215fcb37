using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.DenseNet;

/// <summary>Applies an update rule to all parameters in one pass over memory, on <see cref="FlatOptimizer.Threads"/> threads if there are many parameters.</summary>
/// <remarks>The result does not depend on how the pass is divided: each value's update depends on that value alone.</remarks>
internal sealed unsafe class FusedOptimizer<TRule> : FlatOptimizer
    where TRule : struct, IUpdateRule
{
    /// <summary>The values a core processes at once: enough to make up for the cost of handing them over.</summary>
    private const int Portion = 1 << 16;

    private readonly ParameterGroup[] _groups;
    private readonly AlignedArray[] _state;
    private readonly float*[] _statePointers = new float*[3];

    /// <summary>How many rows ahead <see cref="Prefetch"/> looks.</summary>
    private const int RowsAhead = 8;

    // A rule may carry numbers from step to step that depend on its group's learning rate.
    private readonly TRule[] _rules;
    private TRule _rowRule;
    private long _step;

    /// <param name="rule">The rule with its settings.</param>
    /// <param name="count">The number of parameters.</param>
    /// <param name="groups">Ranges of them that do not overlap; <see cref="Step"/> does not change values outside them.</param>
    /// <param name="initialState">The initial value of the first number of state.</param>
    public FusedOptimizer(TRule rule, int count, IReadOnlyList<ParameterGroup> groups, float initialState = 0)
    {
        _groups = [.. groups];
        _rules = [.. _groups.Select(_ => rule)];
        _rowRule = rule;
        _state = new AlignedArray[rule.StateCount];
        for (int i = 0; i < _state.Length; i++)
        {
            _state[i] = new AlignedArray(count);
            _statePointers[i] = (float*)Unsafe.AsPointer(ref _state[i].Reference); // the array is pinned
        }

        if (initialState != 0)
            _state[0].Span.Fill(initialState);
    }

    public override int StateCount => _rowRule.StateCount;

    public override bool IsLazy => _rowRule.IsLazy;

    public override void Step(float* values, float* gradients, double learningRate, double weightDecay)
    {
        _step++;
        for (int i = 0; i < _groups.Length; i++)
        {
            var group = _groups[i];
            _rules[i].Begin(_step, learningRate * group.LearningRateFactor, weightDecay * group.WeightDecayFactor);
            if (group.Count < 2 * Portion)
            {
                Update(in _rules[i], values + group.Offset, gradients + group.Offset, group.Offset, group.Count);
                continue;
            }

            var rule = _rules[i];
            int portions = (group.Count + Portion - 1) / Portion;
            Parallel.For(0, portions, new ParallelOptions { MaxDegreeOfParallelism = Threads }, portion =>
            {
                int start = portion * Portion, offset = group.Offset + start;
                Update(in rule, values + offset, gradients + offset, offset, Math.Min(Portion, group.Count - start));
            });
        }
    }

    public override void StepRows(float* values, float* gradients, int offset, int width, ReadOnlySpan<int> rows, double learningRate, double weightDecay)
    {
        if (!IsLazy)
            throw new InvalidOperationException($"{typeof(TRule).Name} has no update of single rows.");
        if (_step == 0)
            throw new InvalidOperationException("Rows are updated after a step of the other values.");
        _rowRule.Begin(_step, learningRate, weightDecay);
        if ((long)rows.Length * width < 2 * Portion)
        {
            UpdateRows(values, gradients, offset, width, rows);
            return;
        }

        fixed (int* numbers = rows)
        {
            int* first = numbers;
            int count = rows.Length, rowsOfPortion = Math.Max(1, Portion / width);
            Parallel.For(0, (count + rowsOfPortion - 1) / rowsOfPortion, new ParallelOptions { MaxDegreeOfParallelism = Threads }, portion =>
            {
                int start = portion * rowsOfPortion;
                UpdateRows(values, gradients + ((nint)start * width), offset, width, new ReadOnlySpan<int>(first + start, Math.Min(rowsOfPortion, count - start)));
            });
        }
    }

    public override void Save(ValueWriter state)
    {
        state.Write(_step);
        foreach (var rule in _rules)
            state.Write(rule.Carried);
        state.Write(_rowRule.Carried);
        foreach (var values in _state)
            state.Write(values.Span);
    }

    public override void Load(ValueReader state)
    {
        _step = state.ReadInt64();
        for (int i = 0; i < _rules.Length; i++)
            _rules[i].Carried = state.ReadDouble();
        _rowRule.Carried = state.ReadDouble();
        foreach (var values in _state)
            state.Read(values.Span);
    }

    private void UpdateRows(float* values, float* gradients, int offset, int width, ReadOnlySpan<int> rows)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (Sse.IsSupported && i + RowsAhead < rows.Length)
                Prefetch(values, offset + (rows[i + RowsAhead] * width));
            int place = offset + (rows[i] * width);
            Update(in _rowRule, values + place, gradients + ((nint)i * width), place, width);
        }
    }

    /// <summary>Prefetches the start of a row and its state: rows are too far apart for the hardware to predict the next.</summary>
    private void Prefetch(float* values, int place)
    {
        Sse.Prefetch0(values + place);
        for (int i = 0; i < _state.Length; i++)
            Sse.Prefetch0(_statePointers[i] + place);
    }

    /// <summary>Updates adjacent values.</summary>
    /// <param name="rule">The rule, with the constants of the step.</param>
    /// <param name="values">The first value.</param>
    /// <param name="gradients">Its gradient.</param>
    /// <param name="place">Its index, at which its state is found.</param>
    /// <param name="count">The number of values.</param>
    private void Update(in TRule rule, float* values, float* gradients, int place, int count)
    {
        float* first = _statePointers[0] + place, second = _statePointers[1] + place, third = _statePointers[2] + place;
        int done = 0;
        if (Vector512.IsHardwareAccelerated && count - done >= SimdVector512.Count)
            done = Pass<SimdVector512>(rule, values, gradients, first, second, third, done, count);
        if (Vector256.IsHardwareAccelerated && count - done >= SimdVector256.Count)
            done = Pass<SimdVector256>(rule, values, gradients, first, second, third, done, count);
        if (Vector128.IsHardwareAccelerated && count - done >= SimdVector128.Count)
            done = Pass<SimdVector128>(rule, values, gradients, first, second, third, done, count);
        if (count > done)
            Pass<ScalarVector>(rule, values, gradients, first, second, third, done, count);
    }

    /// <summary>Updates whole vectors from start while they fit before end; returns the place after the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)] // otherwise a short training would spend all its steps in unoptimized code
    private static int Pass<TVector>(TRule rule, float* values, float* gradients, float* first, float* second, float* third, int start, int end)
        where TVector : struct, ISimdVector<TVector>
    {
        int states = rule.StateCount;
        int i = start;
        for (; i <= end - TVector.Count; i += TVector.Count)
        {
            nuint at = (nuint)i;
            TVector a = default, b = default, c = default;
            if (states > 0)
                a = TVector.Load(ref *first, at);
            if (states > 1)
                b = TVector.Load(ref *second, at);
            if (states > 2)
                c = TVector.Load(ref *third, at);
            rule.Update(TVector.Load(ref *values, at), TVector.Load(ref *gradients, at), ref a, ref b, ref c).Store(ref *values, at);
            if (states > 0)
                a.Store(ref *first, at);
            if (states > 1)
                b.Store(ref *second, at);
            if (states > 2)
                c.Store(ref *third, at);
        }

        return i;
    }
}
