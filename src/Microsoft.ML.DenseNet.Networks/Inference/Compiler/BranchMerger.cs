namespace Microsoft.ML.DenseNet;

/// <summary>
/// Lays parallel branches side by side. The folds of the default network, and branches that are added and end with Linears, become one
/// wide network: embeddings and first Linears that read the same input in one step, and one Linear at the end in place of a sum.
/// </summary>
internal static class BranchMerger
{
    /// <summary>A one-hot block with fewer slots is as cheap as any other slots.</summary>
    private const int FewestCategorySlots = 9;

    /// <summary>The most units of a one-hot block that are worth a step that skips zeros, instead of a matrix product.</summary>
    public const int MostCategoryUnits = 64;

    /// <summary>Returns a sum of branches as stages in sequence; null if not all branches end with a Linear.</summary>
    /// <param name="branches">The branches, optimized.</param>
    public static List<PlannedStage>? Sum(IReadOnlyList<List<PlannedStage>> branches)
    {
        if (branches.Count < 2 || !branches.All(branch => branch is [.., PlannedLinear]))
            return null;
        PlannedLinear[] last = [.. branches.Select(branch => (PlannedLinear)branch[^1])];
        if (branches.All(branch => branch.Count == 1))
            return last.All(linear => linear.IsByInput == last[0].IsByInput) ? [LinearAlgebra.Sum(last)] : null;
        if (last.Any(linear => linear.IsByInput) || branches.Any(branch => branch.Count == 1))
            return null;

        List<PlannedStage>[] bodies = [.. branches.Select(branch => branch[..^1])];
        return [.. SideBySide(bodies, [.. last.Select(linear => linear.Inputs)]), LinearAlgebra.SumOfInputs(last)];
    }

    /// <summary>Returns a Concat of whole networks as stages in sequence.</summary>
    /// <param name="branches">The networks, optimized.</param>
    /// <param name="widths">The width of each network's output.</param>
    public static List<PlannedStage> Networks(IReadOnlyList<List<PlannedStage>> branches, IReadOnlyList<int> widths) => branches.Any(branch => branch.Count == 0)
        ? [new PlannedBranches(branches, widths, IsSum: false)]
        : SideBySide([.. branches], [.. widths]);

    /// <summary>Returns a Concat that contains embeddings as one stage; null if it contains none.</summary>
    /// <param name="branches">The branches, optimized.</param>
    /// <param name="widths">The width of each branch's output.</param>
    /// <param name="facts">What is known about the input.</param>
    public static PlannedEmbedding? Embedding(IReadOnlyList<List<PlannedStage>> branches, IReadOnlyList<int> widths, ColumnFacts? facts)
    {
        var parts = new List<EmbeddedPart>();
        foreach (var (branch, width) in branches.Zip(widths))
        {
            switch (branch)
            {
                case []:
                    parts.Add(new EmbeddedCopy(0, width));
                    break;
                case [PlannedEmbedding embedding]:
                    parts.AddRange(embedding.Parts);
                    break;
                case [PlannedEmbedding { Parts: [EmbeddedCopy block] }, PlannedLinear linear] when facts is not null && CategoryOf(block, linear, facts) is { } category:
                    parts.Add(category);
                    break;
                default:
                    parts.Add(new EmbeddedBranch(branch, width));
                    break;
            }
        }

        return parts.Exists(part => part is EmbeddedUnits) ? new PlannedEmbedding(parts) : null;
    }

    private static EmbeddedCategory? CategoryOf(EmbeddedCopy block, PlannedLinear linear, ColumnFacts facts)
    {
        if (block.Count < FewestCategorySlots || linear.Outputs > MostCategoryUnits || linear.IsByInput || !linear.IsFinite || !facts.LookOneHot(block.Slot, block.Count))
            return null;
        return new EmbeddedCategory(
            block.Slot, block.Count, [.. Enumerable.Range(0, linear.Outputs).Select(unit => linear.Memory.Slice(unit * block.Count, block.Count))], linear.Bias);
    }

    /// <summary>Concatenates branches; what they begin with becomes one stage if possible.</summary>
    private static List<PlannedStage> SideBySide(List<PlannedStage>[] branches, int[] widths)
    {
        if (branches.All(branch => branch[0] is PlannedEmbedding))
        {
            PlannedEmbedding[] heads = [.. branches.Select(branch => (PlannedEmbedding)branch[0])];
            return Continue([new PlannedEmbedding([.. heads.SelectMany(head => head.Parts)])], branches, [.. heads.Select(head => head.Width)], 1, widths);
        }

        if (branches.All(branch => branch[0] is PlannedLinear { IsByInput: false }) && CommonActivations(branches) is var activations and >= 0)
        {
            PlannedLinear[] heads = [.. branches.Select(branch => (PlannedLinear)branch[0])];
            int taken = 1 + activations;
            return Continue([LinearAlgebra.Stack(heads), .. branches[0][1..taken]], branches, [.. heads.Select(head => head.Outputs)], taken, widths);
        }

        return [new PlannedBranches(branches, widths, IsSum: false)];
    }

    /// <summary>Continues each branch with its own columns of what the first stages computed.</summary>
    private static List<PlannedStage> Continue(List<PlannedStage> stages, List<PlannedStage>[] branches, int[] columns, int taken, int[] widths)
    {
        if (branches.All(branch => branch.Count == taken))
            return stages;
        int column = 0;
        var rest = new List<List<PlannedStage>>();
        foreach (var (branch, count) in branches.Zip(columns))
        {
            rest.Add([new PlannedSlice(column, count), .. branch[taken..]]);
            column += count;
        }

        return [.. stages, new PlannedBranches(rest, widths, IsSum: false)];
    }

    /// <summary>The number of activations after each branch's first stage if they are the same in all branches; otherwise −1.</summary>
    private static int CommonActivations(List<PlannedStage>[] branches)
    {
        ActivationLayer[][] runs =
        [
            .. branches.Select(branch => branch.Skip(1).TakeWhile(stage => stage is PlannedElementwise)
                .Select(stage => ((PlannedElementwise)stage).Activation).TakeWhile(activation => activation is not null).Select(activation => activation!).ToArray()),
        ];
        bool isWhole = branches.Zip(runs).All(pair => pair.First.Count == 1 + pair.Second.Length || pair.First[1 + pair.Second.Length] is not PlannedElementwise);
        return isWhole && runs.All(run => run.SequenceEqual(runs[0])) ? runs[0].Length : -1;
    }
}
