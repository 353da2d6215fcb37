using System.Numerics;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Applies an update rule to all parameters in one pass over memory, on all cores where there are many.</summary>
/// <remarks>The result does not depend on how the pass is divided: each value's update looks at that value alone.</remarks>
internal sealed class FusedOptimizer<TRule> : FlatOptimizer
    where TRule : struct, IUpdateRule
{
    /// <summary>Values a core takes at once: enough to pay for handing them over.</summary>
    private const int Portion = 1 << 16;

    private readonly ParameterGroup[] _groups;
    private readonly float[][] _state;
    private TRule _rule;
    private long _step;

    /// <param name="rule">The rule with its settings.</param>
    /// <param name="count">The number of parameters.</param>
    /// <param name="groups">Ranges that cover them.</param>
    /// <param name="initialState">What the first number of state starts from.</param>
    public FusedOptimizer(TRule rule, int count, IReadOnlyList<ParameterGroup> groups, float initialState = 0)
    {
        _rule = rule;
        _groups = [.. groups];
        _state = new float[rule.StateCount][];
        for (int i = 0; i < _state.Length; i++)
            _state[i] = new float[count];
        if (initialState != 0)
            _state[0].AsSpan().Fill(initialState);
    }

    public override unsafe void Step(float* values, float* gradients, double learningRate, double weightDecay)
    {
        _step++;
        foreach (var group in _groups)
        {
            _rule.Begin(_step, learningRate * group.LearningRateFactor, weightDecay * group.WeightDecayFactor);
            if (group.Count < 2 * Portion)
            {
                Update(_rule, values, gradients, group.Offset, group.Count);
                continue;
            }

            var rule = _rule;
            int portions = (group.Count + Portion - 1) / Portion;
            Parallel.For(0, portions, portion =>
            {
                int start = portion * Portion;
                Update(rule, values, gradients, group.Offset + start, Math.Min(Portion, group.Count - start));
            });
        }
    }

    private unsafe void Update(TRule rule, float* values, float* gradients, int offset, int count)
    {
        int width = Vector<float>.Count;
        int last = offset + count - width;
        int i = offset;
        for (; i <= last; i += width)
        {
            var value = Vector.Load(values + i);
            Vector<float> first = Load(0, i), second = Load(1, i), third = Load(2, i);
            Vector.Store(rule.Update(value, Vector.Load(gradients + i), ref first, ref second, ref third), values + i);
            Store(0, i, first);
            Store(1, i, second);
            Store(2, i, third);
        }

        // What is left over, one value in the first lane at a time.
        for (; i < offset + count; i++)
        {
            Vector<float> first = LoadOne(0, i), second = LoadOne(1, i), third = LoadOne(2, i);
            values[i] = rule.Update(One(values[i]), One(gradients[i]), ref first, ref second, ref third)[0];
            StoreOne(0, i, first);
            StoreOne(1, i, second);
            StoreOne(2, i, third);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector<float> Load(int state, int index) =>
        state < _state.Length ? Unsafe.As<float, Vector<float>>(ref _state[state][index]) : default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Store(int state, int index, Vector<float> value)
    {
        if (state < _state.Length)
            Unsafe.As<float, Vector<float>>(ref _state[state][index]) = value;
    }

    private Vector<float> LoadOne(int state, int index) => state < _state.Length ? One(_state[state][index]) : default;

    private void StoreOne(int state, int index, Vector<float> value)
    {
        if (state < _state.Length)
            _state[state][index] = value[0];
    }

    private static Vector<float> One(float value) => Vector.WithElement(Vector<float>.Zero, 0, value);
}
