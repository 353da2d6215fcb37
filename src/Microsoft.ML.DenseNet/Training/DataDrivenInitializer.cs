using static TorchSharp.torch;
using Tensor = TorchSharp.torch.Tensor;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Draws the initial weights of a network's Linears so that, on training rows, every unit's pre-activation has deviation 1, and the
/// biases so that each unit is at its kink for a random point among the rows (pytabkit's "std" and "he+5").
/// </summary>
/// <remarks>
/// The rows flow through the network, layer after layer, so that each Linear sees what really reaches it. A Linear without bias is
/// an embedding and draws from N(0, 1). Other layers keep what <see cref="NetworkInitializer"/> gave them.
/// </remarks>
/// <param name="network">The network, whose other weights are already set.</param>
/// <param name="seed">The seed of all draws.</param>
internal sealed class DataDrivenInitializer(TorchNetwork network, int seed) : TorchEvaluator(network)
{
    /// <summary>The most rows used; statistics over more would hardly differ.</summary>
    private const int MaximumRows = 8192;

    /// <summary>The same limit in values, for rows that are kept sparse because there are too many to write out.</summary>
    private const int MaximumValues = 1 << 25;

    /// <summary>The rows whose random mean places a unit's kink.</summary>
    private const int BiasRows = 5;

    /// <summary>With fewer distinct rows than this, a unit's deviation over them says more about chance than about the unit.</summary>
    private const int EnoughRows = 16;

    private readonly Random _random = new(seed);
    private readonly NetworkLayout _layout = network.Layout;
    private readonly List<Tensor> _blocks = []; // places and values in one-hot blocks
    private Generator? _generator;
    private OneHotForm? _oneHot;
    private Tensor? _input;
    private bool _hasFewRows;

    /// <summary>Sets the weights.</summary>
    /// <param name="plan">What is trained.</param>
    /// <param name="rows">The training rows, or a sample of them.</param>
    /// <param name="oneHot">The form in which they are trained on; null for all slots.</param>
    public void Run(TrainingPlan plan, RowSet rows, OneHotForm? oneHot)
    {
        using var scope = NewDisposeScope();
        long[]? chosen = null;
        int most = rows.IsSparse ? Math.Clamp(MaximumValues / rows.Width, 1, MaximumRows) : MaximumRows;
        if (rows.Count > most)
        {
            chosen = new long[most];
            for (int i = 0; i < chosen.Length; i++)
                chosen[i] = _random.NextInt64(rows.Count);
        }

        if (oneHot is null || IsReadWithBias(oneHot))
        {
            Run(TrainingRows.GatherFeatures(rows, chosen).to(plan.Device));
            return;
        }

        var all = OneHotRows.Of(plan, rows, oneHot).Features;
        Run(chosen is null ? all : all.index_select(0, tensor(chosen)), oneHot);
    }

    /// <summary>Sets the weights.</summary>
    /// <param name="features">The rows to use.</param>
    /// <param name="oneHot">Their form, in which they are already scaled; null for all slots, not scaled yet.</param>
    public void Run(Tensor features, OneHotForm? oneHot = null)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var generator = new Generator((ulong)seed ^ 0xD1B54A32D192ED03, CPU);
        _generator = generator;
        _hasFewRows = HasFewRows(features);
        (_oneHot, _input) = (oneHot, features);
        _blocks.Clear();
        if (oneHot is { Rest.Count: 0 })
            _blocks.Add(features);
        if (oneHot is null)
            Read(_layout.Root, features);
        else
            ReadAll(_layout.AfterScaling, features);
    }

    public override Tensor Select(LayerNode node, SelectLayer layer, Tensor x)
    {
        if (_oneHot is null || !ReferenceEquals(x, _input))
            return base.Select(node, layer, x);
        if (layer.Ranges is not [var only] || _oneHot.ColumnOf(only) is not { } column)
            return base.Select(node, new SelectLayer(new SlotRangeList(layer.Ranges.Select(_oneHot.ColumnsOf))), x);
        var block = x.narrow(1, column, 2);
        _blocks.Add(block);
        return block;
    }

    /// <summary>Sets the weights before they are used.</summary>
    public override Tensor Linear(LayerNode node, LinearLayer layer, Tensor x)
    {
        Fill(node, layer, x);
        return _blocks.Exists(block => ReferenceEquals(block, x))
            ? Tensor(node, 0).detach().t().index_select(0, x.select(1, 0).to_type(ScalarType.Int64)).mul_(x.narrow(1, 1, 1))
            : base.Linear(node, layer, x);
    }

    /// <summary>Whether a Linear with a bias, whose initial value depends on all slots, reads a block.</summary>
    private bool IsReadWithBias(OneHotForm oneHot) =>
        _layout.Root.DescendantsAndSelf().Any(node => node.Layer is LinearLayer { HasBias: true } && oneHot.Blocks.Any(block => block.Count == node.InputWidth));

    /// <summary>Whether fewer than <see cref="EnoughRows"/> of the rows are distinct.</summary>
    private static bool HasFewRows(Tensor features)
    {
        var found = new List<float[]>();
        for (long row = 0; row < features.shape[0] && found.Count < EnoughRows; row++)
        {
            using var values = features.narrow(0, row, 1).contiguous().cpu();
            float[] candidate = values.data<float>().ToArray();
            if (!found.Exists(other => other.AsSpan().SequenceEqual(candidate)))
                found.Add(candidate);
        }

        return found.Count < EnoughRows;
    }

    private void Fill(LayerNode node, LinearLayer linear, Tensor x)
    {
        var weight = Tensor(node, 0).detach();
        weight.copy_(empty(weight.shape, ScalarType.Float32).normal_(0, 1, _generator));
        if (!linear.HasBias)
            return;

        // Over few rows the deviation of one unit may be close to 0 by chance, and dividing by it would make weights without limit:
        // use the deviation expected of its draw, the same for every unit.
        var products = nn.functional.linear(x, weight);
        var deviation = _hasFewRows ? x.var(0, unbiased: false).sum().sqrt().expand(linear.Units) : products.std(0, unbiased: false);

        // A unit that is the same for all rows keeps PyTorch's scale.
        var factor = where(deviation.IsAbove(1e-6), deviation.reciprocal(), deviation.FullLike(1 / Math.Sqrt(node.InputWidth)));
        weight.mul_(factor.unsqueeze(1));
        products.mul_(factor);

        var bias = new float[linear.Units];
        float[] values = products.cpu().contiguous().data<float>().ToArray();
        int rows = (int)x.shape[0];
        for (int unit = 0; unit < bias.Length; unit++)
        {
            double total = 0, sum = 0;
            for (int i = 0; i < BiasRows; i++)
            {
                double share = -Math.Log(1 - _random.NextDouble());
                total += share;
                sum += share * values[((long)_random.Next(rows) * linear.Units) + unit];
            }

            bias[unit] = (float)(-sum / total);
        }

        Tensor(node, 1).detach().copy_(tensor(bias, ScalarType.Float32));
    }
}
