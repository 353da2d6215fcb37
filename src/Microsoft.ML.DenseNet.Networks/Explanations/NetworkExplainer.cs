using System.Collections.Concurrent;

namespace Microsoft.ML.DenseNet;

/// <summary>Explains predictions of a network: what each feature contributes to a score, compared with background rows. Any number of threads may use it at once.</summary>
/// <remarks>
/// <para>Each thread that explains at the same time as others keeps a copy of the weights, packed for both directions, until <see cref="Dispose"/>.</para>
/// <para>A quantized network is explained by the weights in single precision that it keeps.</para>
/// </remarks>
public sealed class NetworkExplainer : IDisposable
{
    private readonly ExplanationOptions _options;
    private readonly ExplainedFunction _function;
    private readonly PathSpace _space;
    private readonly Baseline _baseline;
    private readonly ConcurrentBag<PathIntegral> _idle = [];
    private volatile bool _isDisposed;

    internal NetworkExplainer(TrainedNetwork network, ExplanationOptions options, VectorWidth width = VectorWidth.Widest)
    {
        options.Validate();
        if (options.Output == ExplainedOutput.Probability && network.Task == LearningTask.Regression)
            throw new ArgumentException($"{nameof(options.Output)} is {options.Output}, but the network predicts a number, which has no probability: leave it at {nameof(ExplainedOutput.Score)}.", nameof(options));
        Network = network;
        _options = options;
        if (network.Layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer is ModuleLayer) is { } module)
            throw new NotSupportedException($"Layer '{module.Path}' ({module.Layer}) is a torch module, whose gradient only torch computes: predictions of this network cannot be explained.");
        Background = options.Background ?? network.Background ?? throw new InvalidOperationException(
            $"The model stores no background rows: pass some in {nameof(ExplanationOptions)}.{nameof(ExplanationOptions.Background)}, or train with the option NumberOfBackgroundRows.");
        if (Background.Width != network.Layout.InputWidth)
            throw new ArgumentException($"The background rows have {Background.Width} values each; the network reads {network.Layout.InputWidth}.", nameof(options));
        Features = ColumnsOf(network, options);
        _function = new ExplainedFunction(network.Task, options.Output);
        _space = PathSpace.Of(network, Background, width);
        var program = _space.Compile();
        _baseline = Baseline.Of(Background, _space, _function, program);
        _idle.Add(Integral(program));
    }

    /// <summary>The network.</summary>
    public TrainedNetwork Network { get; }

    /// <summary>The rows that predictions are compared with.</summary>
    public BackgroundRows Background { get; }

    /// <summary>What each contribution belongs to: slots, or columns if <see cref="ExplanationOptions.View"/> says so.</summary>
    public IReadOnlyList<FeatureColumn> Features { get; }

    /// <summary>The number of explained values: 1, or that of the classes if there are several.</summary>
    public int OutputCount => _baseline.Means.Length;

    /// <summary>The mean of each explained value over the background rows.</summary>
    public IReadOnlyList<double> BaseValues => _baseline.Means.AsReadOnly();

    /// <summary>Explains the prediction of a row.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <exception cref="ArgumentException"><paramref name="features"/> has the wrong number of values.</exception>
    /// <exception cref="ObjectDisposedException">The explainer was disposed.</exception>
    public Explanation Explain(ReadOnlySpan<float> features) => Explain(Checked(features));

    /// <summary>Explains the prediction of a row whose values are mostly 0. Slots that are 0 may contribute too, where background rows are not.</summary>
    /// <param name="indices">The slots that are not 0, ascending, each at least 0 and below the number of inputs.</param>
    /// <param name="values">The values of those slots.</param>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or there is not one value for each.</exception>
    /// <exception cref="ObjectDisposedException">The explainer was disposed.</exception>
    public Explanation Explain(ReadOnlySpan<int> indices, ReadOnlySpan<float> values) => Explain(Checked(indices, values));

    /// <summary>Explains the predictions of many rows.</summary>
    /// <param name="features">Shape [<paramref name="rows"/>, inputs], row-major.</param>
    /// <param name="rows">The number of rows; may be 0.</param>
    /// <param name="contributions">Receives the contributions, of shape [<paramref name="rows"/>, <see cref="OutputCount"/>, number of <see cref="Features"/>], row-major.</param>
    /// <param name="scores">Receives the explained values, of shape [<paramref name="rows"/>, <see cref="OutputCount"/>]; empty if they are not needed.</param>
    /// <param name="gaps">Receives <see cref="OutputExplanation.Gap"/>, of the same shape; empty if they are not needed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is below 0.</exception>
    /// <exception cref="ArgumentException">A span's length does not match its shape.</exception>
    /// <exception cref="ObjectDisposedException">The explainer was disposed.</exception>
    public void ExplainBlock(ReadOnlySpan<float> features, int rows, Span<float> contributions, Span<float> scores = default, Span<float> gaps = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        int inputs = Network.Layout.InputWidth, outputs = OutputCount, perRow = outputs * Features.Count;
        CheckLength(features.Length, (long)rows * inputs, nameof(features));
        CheckLength(contributions.Length, (long)rows * perRow, nameof(contributions));
        if (!scores.IsEmpty)
            CheckLength(scores.Length, (long)rows * outputs, nameof(scores));
        if (!gaps.IsEmpty)
            CheckLength(gaps.Length, (long)rows * outputs, nameof(gaps));
        var integral = Rent();
        for (int i = 0; i < rows; i++)
        {
            var row = new RawRow(features.Slice(i * inputs, inputs));
            integral.Run(row, _options.Tolerance, _options.MaximumSteps);
            Attribute(integral, row, contributions.Slice(i * perRow, perRow));
            if (!scores.IsEmpty)
                integral.Scores.CopyTo(scores[(i * outputs)..]);
            for (int j = 0; j < outputs && !gaps.IsEmpty; j++)
                gaps[(i * outputs) + j] = (float)integral.Gaps[j];
        }

        Return(integral);
    }

    /// <summary>Like <see cref="ExplainBlock"/>, for one row whose values are mostly 0.</summary>
    /// <param name="indices">The slots that are not 0, ascending, each at least 0 and below the number of inputs.</param>
    /// <param name="values">The values of those slots.</param>
    /// <param name="contributions">Receives the contributions, of shape [<see cref="OutputCount"/>, number of <see cref="Features"/>].</param>
    /// <exception cref="ArgumentException">Indices do not ascend or are out of range, or a span has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The explainer was disposed.</exception>
    public void Explain(ReadOnlySpan<int> indices, ReadOnlySpan<float> values, Span<float> contributions) => Explain(Checked(indices, values), contributions);

    /// <summary>Like <see cref="ExplainBlock"/>, for one row.</summary>
    /// <param name="features">One value for each network input.</param>
    /// <param name="contributions">Receives the contributions, of shape [<see cref="OutputCount"/>, number of <see cref="Features"/>].</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    /// <exception cref="ObjectDisposedException">The explainer was disposed.</exception>
    public void Explain(ReadOnlySpan<float> features, Span<float> contributions) => Explain(Checked(features), contributions);

    /// <summary>Frees the copies of the weights.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        while (_idle.TryTake(out var integral))
            integral.Dispose();
    }

    private static IReadOnlyList<FeatureColumn> ColumnsOf(TrainedNetwork network, ExplanationOptions options)
    {
        if (options.View == ContributionView.Slots)
            return [.. Enumerable.Range(0, network.Layout.InputWidth).Select(slot => new FeatureColumn(network.FeatureNames?[slot] ?? "", new SlotRange(slot, 1)))];
        if (options.Columns is null)
            return FeatureColumns.Of(network);
        return FeatureColumns.Fault(options.Columns, network.Layout.InputWidth) is { } fault
            ? throw new ArgumentException($"{nameof(options.Columns)} must hold each slot once, but {fault}.", nameof(options))
            : [.. options.Columns];
    }

    private static void CheckLength(int actual, long expected, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"{name} has {actual} values; {expected} are needed.", name);
    }

    private RawRow Checked(ReadOnlySpan<float> features)
    {
        CheckLength(features.Length, Network.Layout.InputWidth, nameof(features));
        return new RawRow(features);
    }

    private RawRow Checked(ReadOnlySpan<int> indices, ReadOnlySpan<float> values)
    {
        CheckLength(values.Length, indices.Length, nameof(values));
        if (!SparseIndices.AreInOrder(indices, Network.Layout.InputWidth))
        {
            var (bad, previous) = SparseIndices.FirstFault(indices, Network.Layout.InputWidth);
            throw new ArgumentException($"Index {bad} follows {previous}; indices must ascend and lie from 0 to {Network.Layout.InputWidth - 1}.", nameof(indices));
        }

        return new RawRow(indices, values);
    }

    private Explanation Explain(RawRow row)
    {
        var integral = Rent();
        integral.Run(row, _options.Tolerance, _options.MaximumSteps);
        float[] contributions = new float[OutputCount * Features.Count];
        Attribute(integral, row, contributions);
        var outputs = new OutputExplanation[OutputCount];
        for (int i = 0; i < outputs.Length; i++)
        {
            string? name = Network.Task == LearningTask.BinaryClassification ? Network.ClassNames?[1] : Network.ClassNames?[i];
            outputs[i] = new OutputExplanation(name, _baseline.Means[i], integral.Scores[i], integral.Gaps[i], contributions[(i * Features.Count)..((i + 1) * Features.Count)]);
        }

        var explanation = new Explanation(Features, outputs, Math.Max(Network.PredictedOutput(integral.Scores), 0), integral.Steps);
        Return(integral);
        return explanation;
    }

    private void Explain(RawRow row, Span<float> contributions)
    {
        CheckLength(contributions.Length, (long)OutputCount * Features.Count, nameof(contributions));
        var integral = Rent();
        integral.Run(row, _options.Tolerance, _options.MaximumSteps);
        Attribute(integral, row, contributions);
        Return(integral);
    }

    private void Attribute(PathIntegral integral, in RawRow row, Span<float> contributions)
    {
        for (int output = 0; output < OutputCount; output++)
        {
            var target = contributions.Slice(output * Features.Count, Features.Count);
            if (_options.View == ContributionView.Slots)
            {
                integral.Attribute(row, output, target);
                continue;
            }

            var slots = integral.Slots;
            integral.Attribute(row, output, slots);
            for (int i = 0; i < target.Length; i++)
            {
                double sum = 0;
                foreach (float contribution in slots.Slice(Features[i].Slots.Start, Features[i].Slots.Count))
                    sum += contribution;
                target[i] = (float)sum;
            }
        }
    }

    private PathIntegral Rent()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        return _idle.TryTake(out var integral) ? integral : Integral(_space.Compile());
    }

    private PathIntegral Integral(InputGradientProgram program) =>
        new(_space, _baseline, _function, program, _options.View == ContributionView.Slots ? 0 : Network.Layout.InputWidth);

    private void Return(PathIntegral integral)
    {
        _idle.Add(integral);
        if (_isDisposed)
            Dispose();
    }
}
