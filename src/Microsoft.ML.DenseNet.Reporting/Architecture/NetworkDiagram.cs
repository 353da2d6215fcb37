namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Creates the blocks of a network's diagram.</summary>
internal sealed class NetworkDiagram
{
    /// <summary>Fewer consecutive equal layers than this are drawn one by one even in a diagram that should be short.</summary>
    private const int FewestRepeats = 3;

    private readonly int _largest;
    private readonly bool _isShort;
    private readonly int _networks;

    private NetworkDiagram(int largest, bool isShort, int networks) => (_largest, _isShort, _networks) = (largest, isShort, networks);

    /// <summary>Creates the diagram.</summary>
    /// <param name="layout">The network.</param>
    /// <param name="maximumWidth">The available width; exceeded only if boxes are nested very deeply.</param>
    /// <param name="isShort">Whether consecutive equal layers are drawn once.</param>
    /// <param name="networks">How many networks were averaged into it.</param>
    public static DiagramBlock Make(NetworkLayout layout, float maximumWidth, bool isShort, int networks)
    {
        int largest = Math.Max(layout.InputWidth, layout.Root.DescendantsAndSelf().Max(node => node.OutputWidth));
        string input = Units(layout.InputWidth, "feature"), output = Units(layout.OutputWidth, "value");
        return new SequenceBlock(
        [
            new LayerBlock("Input", [input], layout.InputWidth, largest, null, maximumWidth, $"Input\n{input}"),
            .. new NetworkDiagram(largest, isShort, networks).Blocks(layout.Root, maximumWidth),
            new LayerBlock("Output", [output], layout.OutputWidth, largest, null, maximumWidth, $"Output\n{output}"),
        ]);
    }

    private List<DiagramBlock> Blocks(LayerNode node, float maximumWidth)
    {
        var groups = new List<LayerNode[]>();
        var nodes = Flatten(node).ToList();
        for (int i = 0; i < nodes.Count; i++)
        {
            int first = i;
            while (nodes[first].Children.Count == 0 && i + 1 < nodes.Count && IsElementwise(nodes[i + 1]) && !(IsScaling(nodes[first]) || IsScaling(nodes[i + 1])))
                i++;
            groups.Add([.. nodes[first..(i + 1)]]);
        }

        var blocks = new List<DiagramBlock>();
        for (int i = 0; i < groups.Count; i++)
        {
            int first = i;
            while (_isShort && i + 1 < groups.Count && AreEqual(groups[first], groups[i + 1]))
                i++;
            int count = i - first + 1;
            if (count < FewestRepeats)
            {
                i = first;
                count = 1;
            }

            float room = count == 1 ? maximumWidth : maximumWidth - 2 * RepeatBlock.Margin;
            DiagramBlock block = groups[first] is [{ Children.Count: > 0 } parent] ? Branches(parent, room) : Box(groups[first], room);
            blocks.Add(count == 1 ? block : new RepeatBlock(block, $"{count} times, one after the other", maximumWidth, $"{count} equal layers in a row, each with weights of its own"));
        }

        return blocks;
    }

    private DiagramBlock Branches(LayerNode node, float maximumWidth)
    {
        bool isFolds = node.Children.Count == _networks && _networks > 1;
        string paths = Units(isFolds ? node.Children[0].OutputWidth : node.OutputWidth, "unit");
        if ((node.Layer is SumLayer || (node.Layer is ConcatLayer && isFolds)) && node.Children.Count > 1 && node.Children.All(child => child.Layer.Equals(node.Children[0].Layer)))
        {
            int count = node.Children.Count;
            string label = isFolds ? $"{count} networks, averaged" : $"{count} equal paths, added";
            long parameters = node.Children[0].DescendantsAndSelf().Sum(ParametersOf);
            return new RepeatBlock(new SequenceBlock(Blocks(node.Children[0], maximumWidth - 2 * RepeatBlock.Margin)), label, maximumWidth, $"{label}\nequal in shape, each with {Units(parameters, "parameter")} of its own\n{paths}");
        }

        // Each may be as wide as a full row, in case they do not fit side by side.
        var branches = node.Children.Select(child => (DiagramBlock)new SequenceBlock(Blocks(child, maximumWidth - 2 * BranchBlock.Rail))).ToList();
        return node.Layer switch
        {
            SumLayer => new BranchBlock(branches, "+", maximumWidth, $"Sum of {branches.Count} paths\n{paths}"),
            ResidualLayer => new BranchBlock([.. branches, new SequenceBlock([])], "+", maximumWidth, $"Residual: the input is added\n{paths}"),
            _ => new BranchBlock(branches, $"{node.Layer.Kind} · {NumberText.Count(node.OutputWidth)}", maximumWidth, $"{node.Layer.Kind} of {branches.Count} paths\n{paths}"),
        };
    }

    private static bool AreEqual(LayerNode[] first, LayerNode[] second) =>
        first.Length == second.Length && first.Zip(second).All(pair => pair.First.Layer.Equals(pair.Second.Layer) && pair.First.InputWidth == pair.Second.InputWidth);

    private static long ParametersOf(LayerNode node) => node.Parameters.Where(place => place.IsTrained).Sum(place => (long)place.Count);

    /// <summary>The layers of nested sequences in one list; the identity, a straight line, is left out.</summary>
    private static IEnumerable<LayerNode> Flatten(LayerNode node) => node.Layer switch
    {
        SequentialLayer => node.Children.SelectMany(Flatten),
        ActivationLayer { Function: ActivationFunction.Identity } => [],
        _ => [node],
    };

    private LayerBlock Box(LayerNode[] nodes, float maximumWidth)
    {
        var main = nodes[0];
        long parameters = nodes.Sum(ParametersOf);
        bool changesWidth = IsLinear(main) || main.InputWidth != main.OutputWidth;
        string title = changesWidth ? $"{main.Layer.Kind}  {NumberText.Count(main.InputWidth)} → {NumberText.Count(main.OutputWidth)}" : main.Layer.ToString();
        var lines = new List<string>();
        if (nodes.Length > 1)
            lines.Add(string.Join(", ", nodes.Skip(1).Select(node => node.Layer.ToString())));
        if (parameters > 0)
            lines.Add(Units(parameters, "parameter"));
        int series = main.Layer.Role switch
        {
            LayerRole.Linear => 0,
            LayerRole.Activation => 1,
            LayerRole.Scaling => 2,
            _ => 3,
        };
        string hover = string.Join('\n', nodes.Select(node => $"{node.Path}: {node.Layer}")) + $"\n{NumberText.Count(main.InputWidth)} → {Units(main.OutputWidth, "unit")}, {Units(parameters, "parameter")}";
        return new LayerBlock(title, lines, main.OutputWidth, _largest, series, maximumWidth, hover);
    }

    /// <summary>Whether a layer keeps the width and mixes no units, so that it can share the previous one's box.</summary>
    private static bool IsElementwise(LayerNode node) => node.Children.Count == 0 && !IsLinear(node) && node.InputWidth == node.OutputWidth;

    private static bool IsLinear(LayerNode node) => node.Layer.Role == LayerRole.Linear;

    private static bool IsScaling(LayerNode node) => node.Layer.Role == LayerRole.Scaling;

    private static string Units(long count, string unit) => $"{NumberText.Count(count)} {unit}{(count == 1 ? "" : "s")}";
}
