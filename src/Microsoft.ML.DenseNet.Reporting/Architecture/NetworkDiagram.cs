namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>Makes the blocks of a network's diagram.</summary>
internal static class NetworkDiagram
{
    public static DiagramBlock Make(NetworkLayout layout)
    {
        int largest = Math.Max(layout.InputWidth, layout.Root.DescendantsAndSelf().Max(node => node.OutputWidth));
        var blocks = new List<DiagramBlock> { new LayerBlock("Input", [Units(layout.InputWidth, "feature")], layout.InputWidth, largest, null, $"Input\n{Units(layout.InputWidth, "feature")}") };
        blocks.AddRange(Blocks(layout.Root, largest));
        blocks.Add(new LayerBlock("Output", [Units(layout.OutputWidth, "value")], layout.OutputWidth, largest, null, $"Output\n{Units(layout.OutputWidth, "value")}"));
        return new SequenceBlock(blocks);
    }

    private static List<DiagramBlock> Blocks(LayerNode node, int largest)
    {
        var blocks = new List<DiagramBlock>();
        var nodes = Flatten(node).ToList();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i].Children.Count > 0)
            {
                blocks.Add(Branches(nodes[i], largest));
                continue;
            }

            int first = i;
            while (i + 1 < nodes.Count && IsElementwise(nodes[i + 1]) && !(IsScaling(nodes[first]) || IsScaling(nodes[i + 1])))
                i++;
            blocks.Add(Box([.. nodes[first..(i + 1)]], largest));
        }

        return blocks;
    }

    private static BranchBlock Branches(LayerNode node, int largest)
    {
        var branches = node.Children.Select(child => (DiagramBlock)new SequenceBlock(Blocks(child, largest))).ToList();
        string paths = Units(node.OutputWidth, "unit");
        return node.Layer switch
        {
            SumLayer => new BranchBlock(branches, "+", $"Sum of {branches.Count} paths\n{paths}"),
            ResidualLayer => new BranchBlock([.. branches, new SequenceBlock([])], "+", $"Residual: the input is added\n{paths}"),
            _ => new BranchBlock(branches, $"{node.Layer.Kind} · {NumberText.Count(node.OutputWidth)}", $"{node.Layer.Kind} of {branches.Count} paths\n{paths}"),
        };
    }

    /// <summary>The layers of nested sequences in one list; the identity, a line straight through, left out.</summary>
    private static IEnumerable<LayerNode> Flatten(LayerNode node) => node.Layer switch
    {
        SequentialLayer => node.Children.SelectMany(Flatten),
        ActivationLayer { Function: ActivationFunction.Identity } => [],
        _ => [node],
    };

    private static LayerBlock Box(LayerNode[] nodes, int largest)
    {
        var main = nodes[0];
        long parameters = nodes.Sum(node => node.Parameters.Where(slot => slot.IsTrained).Sum(slot => (long)slot.Count));
        bool changesWidth = IsLinear(main) || main.InputWidth != main.OutputWidth;
        string title = changesWidth ? $"{main.Layer.Kind}  {NumberText.Count(main.InputWidth)} → {NumberText.Count(main.OutputWidth)}" : main.Layer.ToString();
        var lines = new List<string>();
        if (nodes.Length > 1)
            lines.Add(string.Join(", ", nodes.Skip(1).Select(node => node.Layer.ToString())));
        if (parameters > 0)
            lines.Add(Units(parameters, "parameter"));
        int? series = main.Layer switch
        {
            _ when IsLinear(main) => 0,
            StandardizeLayer or DestandardizeLayer => 2,
            ActivationLayer or PReLULayer => 1,
            _ => 3,
        };
        string hover = string.Join('\n', nodes.Select(node => $"{node.Path}: {node.Layer}")) + $"\n{NumberText.Count(main.InputWidth)} → {Units(main.OutputWidth, "unit")}, {Units(parameters, "parameter")}";
        return new LayerBlock(title, lines, main.OutputWidth, largest, series, hover);
    }

    /// <summary>Whether a layer keeps the width and mixes no units, so that it can share the box of the one before.</summary>
    private static bool IsElementwise(LayerNode node) => node.Children.Count == 0 && !IsLinear(node) && node.InputWidth == node.OutputWidth;

    private static bool IsLinear(LayerNode node) => node.Layer is LinearLayer or EmbeddingBagLayer or EnsembleLinearLayer or MemberLinearLayer;

    private static bool IsScaling(LayerNode node) => node.Layer is StandardizeLayer or DestandardizeLayer;

    private static string Units(long count, string unit) => $"{NumberText.Count(count)} {unit}{(count == 1 ? "" : "s")}";
}
