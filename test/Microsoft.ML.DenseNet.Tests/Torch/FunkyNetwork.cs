using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A module of a user's own, with what Layer cannot say: a product of two paths.</summary>
internal sealed class FunkyNetwork : nn.Module<Tensor, Tensor>
{
    private readonly Linear _left;
    private readonly Linear _right;
    private readonly BatchNorm1d _norm;
    private readonly Linear _output;

    public FunkyNetwork(int inputs, int outputs)
        : base(nameof(FunkyNetwork))
    {
        _left = nn.Linear(inputs, 6);
        _right = nn.Linear(inputs, 6);
        _norm = nn.BatchNorm1d(6);
        _output = nn.Linear(6, outputs);
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => _output.forward(_norm.forward(_left.forward(input).sin() * _right.forward(input).sigmoid()));
}
