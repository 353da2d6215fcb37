using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>The update of matrices by <see cref="Optimizers.Muon"/> with torch's operations, on any device; see <see cref="MuonOptimizer"/>.</summary>
/// <remarks>Its tensors belong to the dispose scope in which it is created.</remarks>
internal sealed class TorchMuon
{
    private readonly MuonSettings _settings;
    private readonly List<(Parameter Matrix, ParameterGroup Group, Tensor Average)> _matrices = [];

    /// <param name="settings">The settings.</param>
    /// <param name="matrices">The matrices, each with its gradient, and their groups.</param>
    public TorchMuon(MuonSettings settings, IEnumerable<(Parameter Matrix, ParameterGroup Group)> matrices)
    {
        _settings = settings;
        foreach (var (matrix, group) in matrices)
            _matrices.Add((matrix, group, zeros_like(matrix.grad!)));
    }

    /// <summary>Makes a step.</summary>
    public void Step(double learningRate, double weightDecay)
    {
        using var noGradient = no_grad();
        foreach (var (matrix, group, average) in _matrices)
        {
            using var scope = NewDisposeScope();
            double share = 1 - _settings.Momentum;
            var gradient = matrix.grad!;
            average.AddProductInPlace(gradient.sub(average), share);
            var update = Orthogonalize(_settings.Nesterov ? average.Plus(gradient.sub(average).Multiply(share)) : average);
            double rate = learningRate * group.LearningRateFactor;
            matrix.MultiplyInPlace(1 - (rate * weightDecay * group.WeightDecayFactor));
            matrix.AddProductInPlace(update, -rate * _settings.RateFactor(group.Rows, group.Count / group.Rows));
        }
    }

    /// <summary>Writes the averages.</summary>
    public void Save(ValueWriter state)
    {
        foreach (var (_, _, average) in _matrices)
        {
            using var scope = NewDisposeScope();
            state.Write(average.cpu().contiguous().data<float>().ToArray());
        }
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public void Load(ValueReader state)
    {
        foreach (var (_, group, average) in _matrices)
        {
            using var scope = NewDisposeScope();
            average.copy_(tensor(state.ReadFloats(group.Count), average.shape));
        }
    }

    private Tensor Orthogonalize(Tensor matrix)
    {
        bool isTransposed = matrix.shape[0] > matrix.shape[1];
        var (a, b, c) = _settings.Coefficients;
        var x = isTransposed ? matrix.t() : matrix;
        x = x.div(x.norm().ClampMinimum(_settings.Epsilon));
        for (int step = 0; step < _settings.Steps; step++)
        {
            var gram = x.mm(x.t());
            x = x.Multiply(a).PlusInPlace(gram.Multiply(b).PlusInPlace(gram.mm(gram).Multiply(c)).mm(x));
        }

        return isTransposed ? x.t() : x;
    }
}
