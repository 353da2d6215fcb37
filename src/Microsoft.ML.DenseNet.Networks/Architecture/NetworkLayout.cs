using System.Globalization;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// A <see cref="DenseNet.Layer"/> with a known input width: every layer's widths, and the place of every parameter in two flat
/// arrays. The parameters are in the order of the layers, so that one array holds a whole network.
/// </summary>
public sealed class NetworkLayout
{
    /// <summary>Infers the widths of <paramref name="layer"/>.</summary>
    /// <param name="layer">The network.</param>
    /// <param name="inputWidth">The number of inputs, from 1 to <see cref="Layer.MaximumUnits"/>.</param>
    /// <exception cref="ArgumentException">Widths do not fit; the message names the layer.</exception>
    public NetworkLayout(Layer layer, int inputWidth)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Guard.InRange(inputWidth, 1, Layer.MaximumUnits, nameof(inputWidth));

        var allocator = new ParameterAllocator();
        Root = layer.Bind(inputWidth, "", allocator);
        ParameterCount = allocator.ParameterCount;
        BufferCount = allocator.BufferCount;
        Tensors = [.. Root.DescendantsAndSelf().SelectMany(node => node.Parameters)];

        IReadOnlyList<LayerNode> nodes = layer is SequentialLayer ? Root.Children : [Root];
        InputScaling = layer is SequentialLayer ? InputScaling.Of(nodes) : null;
        AfterScaling = InputScaling is null ? nodes : [.. nodes.Skip(InputScaling.Nodes.Count)];
        OutputStage = OutputStage.Of(AfterScaling);
        Body = OutputStage is null ? AfterScaling : [.. AfterScaling.SkipLast(OutputStage.Nodes.Count)];
    }

    /// <summary>The network's outermost layer.</summary>
    public LayerNode Root { get; }

    /// <summary>The network as an expression.</summary>
    public Layer Layer => Root.Layer;

    /// <summary>The number of inputs.</summary>
    public int InputWidth => Root.InputWidth;

    /// <summary>The number of outputs.</summary>
    public int OutputWidth => Root.OutputWidth;

    /// <summary>The number of trained values.</summary>
    public int ParameterCount { get; }

    /// <summary>The number of values that are stored but not trained: input scaling and running averages.</summary>
    public int BufferCount { get; }

    /// <summary>Every tensor, in the order of the layers.</summary>
    public IReadOnlyList<TensorPlace> Tensors { get; }

    /// <summary>The input scaling at the network's start; null if there is none.</summary>
    internal InputScaling? InputScaling { get; }

    /// <summary>The number of values that <see cref="AfterScaling"/> reads.</summary>
    internal int ScaledWidth => InputScaling?.Node.OutputWidth ?? InputWidth;

    /// <summary>The layers between <see cref="InputScaling"/> and <see cref="OutputStage"/>; the last one computes the outputs.</summary>
    internal IReadOnlyList<LayerNode> Body { get; }

    /// <summary>The layers that convert outputs to the label's unit; null if there are none.</summary>
    internal OutputStage? OutputStage { get; }

    /// <summary><see cref="Body"/> and <see cref="OutputStage"/>: the layers that read scaled features.</summary>
    internal IReadOnlyList<LayerNode> AfterScaling { get; }

    /// <summary>The number of members that the network trains side by side; 1 if it is not an ensemble.</summary>
    internal int Members => Body is [.., { Layer: MemberMeanLayer mean }] ? mean.Members : 1;

    /// <summary>The layers that read features and accept sparse rows.</summary>
    internal IEnumerable<LayerNode> SparseReaders =>
        Root.DescendantsAndSelf().Where(node => node.Layer.ReadsSparse && node.Children.Count == 0 && node.InputWidth == InputWidth);

    /// <summary>Whether the network contains a user-defined torch module.</summary>
    internal bool HasModules => Root.DescendantsAndSelf().Any(node => node.Layer is ModuleLayer);

    /// <summary>The network as PyTorch's <c>print(model)</c> shows it.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        Print(Root, 0, text);
        return text.ToString();
    }

    /// <summary>A table of the layers with output width and parameter count, and the totals, like Keras' <c>model.summary()</c>.</summary>
    public string Summary()
    {
        var rows = new List<(string Layer, string Width, string Parameters)> { ("Layer", "Output width", "Parameters") };
        rows.AddRange(Root.DescendantsAndSelf().Select(node =>
        (
            new string(' ', 2 * Level(node)) + (node.Path.Length == 0 ? node.Layer.Kind : $"{node.Path}: {node.Layer.Kind}"),
            Count(node.OutputWidth),
            Count(node.Parameters.Where(place => place.IsTrained).Sum(place => place.Count)))));

        int layerWidth = rows.Max(row => row.Layer.Length);
        int widthWidth = rows.Max(row => row.Width.Length);
        int parametersWidth = rows.Max(row => row.Parameters.Length);
        string rule = new('-', layerWidth + widthWidth + parametersWidth + 4);

        var text = new StringBuilder();
        for (int i = 0; i < rows.Count; i++)
        {
            if (i == 1)
                text.Append(rule).Append('\n');
            text.Append(rows[i].Layer.PadRight(layerWidth)).Append("  ").Append(rows[i].Width.PadLeft(widthWidth))
                .Append("  ").Append(rows[i].Parameters.PadLeft(parametersWidth)).Append('\n');
        }

        return text.Append(rule).Append('\n')
            .Append(CultureInfo.InvariantCulture, $"Inputs: {InputWidth:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Trained parameters: {ParameterCount:N0}\n")
            .Append(CultureInfo.InvariantCulture, $"Other values (scaling, running averages): {BufferCount:N0}")
            .ToString();
    }

    private static string Count(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static int Level(LayerNode node) => node.Path.Length == 0 ? 0 : 1 + node.Path.Count(c => c == '.');

    private static void Print(LayerNode node, int level, StringBuilder text)
    {
        text.Append(node.Layer.Kind).Append('(').Append(node.Layer.Describe(node.InputWidth));
        if (node.Children.Count > 0)
        {
            text.Append('\n');
            for (int i = 0; i < node.Children.Count; i++)
            {
                text.Append(' ', 2 * (level + 1)).Append(CultureInfo.InvariantCulture, $"({i}): ");
                Print(node.Children[i], level + 1, text);
                text.Append('\n');
            }

            text.Append(' ', 2 * level);
        }

        text.Append(')');
    }
}
