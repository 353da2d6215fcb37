using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>torch.optim.Muon for the matrices among the parameters, and another optimizer for the rest.</summary>
/// <remarks>
/// The state of a matrix is its gradient's average. PyTorch orthogonalizes in bfloat16; here it is done in single precision, so updates
/// differ by two to four percent. The result does not depend on the number of threads.
/// </remarks>
internal sealed unsafe class MuonOptimizer : FlatOptimizer
{
    private readonly MuonSettings _settings;
    private readonly FlatOptimizer _others;
    private readonly ParameterGroup[] _matrices;
    private readonly AlignedArray[] _averages;
    private readonly Dictionary<(int Rows, int Columns), NewtonSchulz> _iterations = [];

    /// <param name="settings">The settings.</param>
    /// <param name="others">Updates all groups that are not matrices.</param>
    /// <param name="groups">The groups; those with <see cref="ParameterGroup.Rows"/> are matrices.</param>
    public MuonOptimizer(MuonSettings settings, FlatOptimizer others, IReadOnlyList<ParameterGroup> groups)
    {
        _settings = settings;
        _others = others;
        _matrices = [.. groups.Where(group => group.Rows > 0)];
        _averages = [.. _matrices.Select(matrix => new AlignedArray(matrix.Count))];
        foreach (var matrix in _matrices)
        {
            var shape = ShapeOf(matrix);
            if (!_iterations.ContainsKey(shape))
                _iterations.Add(shape, NewtonSchulz.Create(Math.Min(shape.Rows, shape.Columns), Math.Max(shape.Rows, shape.Columns)));
        }
    }

    public override bool IsLazy => false;

    public override int StateCount => _others.StateCount + 1;

    public override void Step(float* values, float* gradients, double learningRate, double weightDecay)
    {
        _others.Threads = Threads;
        _others.Step(values, gradients, learningRate, weightDecay);
        for (int i = 0; i < _matrices.Length; i++)
        {
            var matrix = _matrices[i];
            Update(
                matrix,
                new Span<float>(values + matrix.Offset, matrix.Count),
                new ReadOnlySpan<float>(gradients + matrix.Offset, matrix.Count),
                _averages[i].Span,
                learningRate * matrix.LearningRateFactor,
                weightDecay * matrix.WeightDecayFactor);
        }
    }

    public override void StepRows(float* values, float* gradients, int offset, int width, ReadOnlySpan<int> rows, double learningRate, double weightDecay) =>
        throw new InvalidOperationException("Muon has no update of single rows.");

    public override void Save(ValueWriter state)
    {
        _others.Save(state);
        foreach (var average in _averages)
            state.Write(average.Span);
    }

    public override void Load(ValueReader state)
    {
        _others.Load(state);
        foreach (var average in _averages)
            state.Read(average.Span);
    }

    private static (int Rows, int Columns) ShapeOf(ParameterGroup matrix) => (matrix.Rows, matrix.Count / matrix.Rows);

    private void Update(ParameterGroup matrix, Span<float> values, ReadOnlySpan<float> gradient, Span<float> average, double learningRate, double weightDecay)
    {
        var (rows, columns) = ShapeOf(matrix);
        var iteration = _iterations[(rows, columns)];
        Fill(iteration, rows, columns, gradient, average);
        iteration.Run(_settings.Coefficients, _settings.Epsilon, _settings.Steps, Threads);

        float shrink = (float)(1 - (learningRate * weightDecay));
        float rate = (float)(-learningRate * _settings.RateFactor(rows, columns));
        bool isTransposed = rows > columns;
        for (int row = 0; row < rows; row++)
        {
            var value = values.Slice(row * columns, columns);
            TensorPrimitives.Multiply(value, shrink, value);
            if (!isTransposed)
                TensorPrimitives.MultiplyAdd(iteration.Row(row)[..columns], rate, value, value);
            for (int column = 0; isTransposed && column < columns; column++)
                value[column] = MathF.FusedMultiplyAdd(iteration.Row(column)[row], rate, value[column]);
        }
    }

    /// <summary>Averages the gradient, and makes the average, or with Nesterov's momentum the gradient averaged with it, the matrix of the iteration.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fill(NewtonSchulz iteration, int rows, int columns, ReadOnlySpan<float> gradient, Span<float> average)
    {
        float share = (float)(1 - _settings.Momentum);
        bool isTransposed = rows > columns;
        for (int row = 0, i = 0; row < rows; row++)
        {
            var target = isTransposed ? default : iteration.Row(row);
            for (int column = 0; column < columns; column++, i++)
            {
                float mean = average[i] += share * (gradient[i] - average[i]);
                float update = _settings.Nesterov ? mean + (share * (gradient[i] - mean)) : mean;
                if (isTransposed)
                    iteration.Row(column)[row] = update;
                else
                    target[column] = update;
            }
        }
    }
}
