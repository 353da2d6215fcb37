using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Draws from a torch generator, on the CPU.</summary>
/// <param name="seed">Determines all draws.</param>
internal sealed class GeneratorNoise(int seed) : DropoutNoise
{
    private readonly Generator _generator = new((ulong)seed ^ 0x9E3779B97F4A7C15, CPU);

    public override Tensor Draw(Tensor like, double keep) => empty_like(like).bernoulli_(keep, _generator);

    public override void Save(ValueWriter state) => RandomState.Save(state, _generator);

    public override void Load(ValueReader state) => RandomState.Load(state, _generator);

    public override void Dispose() => _generator.Dispose();
}
