namespace Microsoft.ML.DenseNet;

/// <summary>
/// How rows with one-hot blocks are stored for training: the other slots in order, then two numbers for each block, the place of the slot
/// that is not 0 and its value. A block of thousands of slots then costs as much as one of two.
/// </summary>
internal sealed class OneHotForm
{
    /// <summary>Smaller blocks are multiplied as they are: that is about as fast as a look-up.</summary>
    public const int MinimumSlots = 32;

    /// <summary>Places are stored as floats, which hold integers exactly up to here.</summary>
    public const int MaximumSlots = 1 << 24;

    private readonly int _restWidth;

    /// <param name="inputWidth">The number of features.</param>
    /// <param name="blocks">Some of <see cref="Candidates"/>, at least one.</param>
    public OneHotForm(int inputWidth, IEnumerable<SlotRange> blocks)
    {
        Blocks = [.. blocks.OrderBy(block => block.Start)];
        var rest = new List<SlotRange>();
        int end = 0;
        foreach (var block in Blocks)
        {
            if (block.Start > end)
                rest.Add(new SlotRange(end, block.Start - end));
            end = block.End;
        }

        if (end < inputWidth)
            rest.Add(new SlotRange(end, inputWidth - end));
        Rest = rest;
        _restWidth = rest.Sum(range => range.Count);
        Width = _restWidth + (2 * Blocks.Count);
    }

    /// <summary>The blocks, ascending.</summary>
    public IReadOnlyList<SlotRange> Blocks { get; }

    /// <summary>The slots outside the blocks, ascending.</summary>
    public IReadOnlyList<SlotRange> Rest { get; }

    /// <summary>The number of values that a row takes.</summary>
    public int Width { get; }

    /// <summary>Returns the blocks that only Linears read, each of them whole.</summary>
    /// <param name="layers">The layers after input scaling.</param>
    /// <param name="inputWidth">The number of features.</param>
    public static IReadOnlyList<SlotRange> Candidates(IReadOnlyList<LayerNode> layers, int inputWidth)
    {
        var linears = new List<(SlotRange Block, int Units)>();
        var others = new List<SlotRange>();
        Collect([.. layers], linears, others, inputWidth);
        SlotRange[] candidates = [.. linears.Select(linear => linear.Block).Distinct()];
        return [.. candidates.Where(block => !others.Exists(other => Overlap(block, other)) && candidates.All(other => other == block || !Overlap(block, other)))];
    }

    /// <summary>Returns the number of weights that a row is not multiplied by.</summary>
    /// <param name="layers">The layers after input scaling.</param>
    public double SkippedProducts(IReadOnlyList<LayerNode> layers)
    {
        var linears = new List<(SlotRange Block, int Units)>();
        Collect([.. layers], linears, [], Rest.Sum(range => range.Count) + Blocks.Sum(block => block.Count));
        return linears.Where(linear => Blocks.Contains(linear.Block)).Sum(linear => (linear.Block.Count - 1.0) * linear.Units);
    }

    /// <summary>Returns the column of a block's place, which its value follows; null if the range is not one of the blocks.</summary>
    public int? ColumnOf(SlotRange range)
    {
        for (int i = 0; i < Blocks.Count; i++)
        {
            if (Blocks[i] == range)
                return BlockColumn(i);
        }

        return null;
    }

    /// <summary>Returns the column of the place of a block, given by its index.</summary>
    public int BlockColumn(int block) => _restWidth + (2 * block);

    /// <summary>Returns the columns of slots that are all outside the blocks.</summary>
    public SlotRange ColumnsOf(SlotRange slots) => slots with { Start = slots.Start - Blocks.Where(block => block.End <= slots.Start).Sum(block => block.Count) };

    private static bool Overlap(SlotRange left, SlotRange right) => left.Start < right.End && right.Start < left.End;

    /// <summary>Finds out who reads the input: Linears that read a range of it, and everything else.</summary>
    /// <param name="layers">Layers in sequence, of which the first reads the input.</param>
    /// <param name="linears">Receives the Linears, by what they read.</param>
    /// <param name="others">Receives what anything else reads.</param>
    /// <param name="inputWidth">The number of features.</param>
    private static void Collect(ReadOnlySpan<LayerNode> layers, List<(SlotRange Block, int Units)> linears, List<SlotRange> others, int inputWidth)
    {
        var whole = new SlotRange(0, inputWidth);
        switch (layers)
        {
            case [{ Layer: SequentialLayer, Children.Count: > 0 } first, ..]:
                Collect([.. first.Children, .. layers[1..]], linears, others, inputWidth);
                break;
            case [{ Layer: ConcatLayer or SumLayer } first, ..]:
                foreach (var child in first.Children)
                    Collect([child], linears, others, inputWidth);
                break;
            case [{ Layer: SelectLayer { Ranges: [var only] } }, { Layer: LinearLayer linear }, ..] when CanBeBlock(only):
                linears.Add((only, linear.Units));
                break;
            case [{ Layer: SelectLayer select }, ..]:
                others.AddRange(select.Ranges);
                break;
            case [{ Layer: LinearLayer linear }, ..] when CanBeBlock(whole):
                linears.Add((whole, linear.Units));
                break;
            default:
                others.Add(whole);
                break;
        }
    }

    private static bool CanBeBlock(SlotRange range) => range.Count is >= MinimumSlots and <= MaximumSlots;
}
