namespace Microsoft.ML.DenseNet;

/// <summary>
/// Rewrites stages into cheaper ones that compute the same up to rounding: joins neighboring Linears, embeddings and parallel branches,
/// and removes columns that never change the result. Networks without these patterns keep their stages.
/// </summary>
/// <remarks>A NaN comes out as NaN as before. Where infinities meet, infinity may come out instead of NaN; no input scaling lets one through.</remarks>
internal static class StageOptimizer
{
    /// <summary>Rewrites a sequence.</summary>
    /// <param name="stages">The stages.</param>
    /// <param name="facts">What is known about the sequence's input; null for nothing.</param>
    public static List<PlannedStage> Optimize(IReadOnlyList<PlannedStage> stages, ColumnFacts? facts = null)
    {
        var result = new List<PlannedStage>();
        ColumnFacts? before = null;
        foreach (var stage in stages)
        {
            foreach (var rewritten in Rewrite(stage, facts))
            {
                if (!JoinsPrevious(result, rewritten, before))
                {
                    result.Add(rewritten);
                    before = facts;
                }

                facts = rewritten is PlannedElementwise elementwise ? elementwise.Output : null;
            }
        }

        return result;
    }

    private static List<PlannedStage> Rewrite(PlannedStage stage, ColumnFacts? facts)
    {
        if (stage is not PlannedBranches branches)
            return [stage];
        List<PlannedStage>[] optimized = [.. branches.Branches.Select(branch => Optimize(branch, facts))];
        if (branches.IsSum)
            return BranchMerger.Sum(optimized) ?? [branches with { Branches = optimized }];
        return branches.AreNetworks
            ? BranchMerger.Networks(optimized, branches.Widths)
            : [BranchMerger.Embedding(optimized, branches.Widths, facts) ?? (PlannedStage)(branches with { Branches = optimized })];
    }

    /// <summary>Whether the stage became part of the one before it.</summary>
    /// <param name="stages">The stages so far.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="facts">What is known about the input of the last of them.</param>
    private static bool JoinsPrevious(List<PlannedStage> stages, PlannedStage stage, ColumnFacts? facts)
    {
        switch (stages, stage)
        {
            case ([.., PlannedLinear first], PlannedLinear second) when LinearAlgebra.Product(first, second) is { } product:
                stages[^1] = product;
                return true;
            case ([.., PlannedLinear linear], PlannedAffine affine):
                linear.FoldAfter(affine);
                return true;
            case ([.., PlannedEmbedding { IsSelection: true } selection], PlannedEmbedding embedding) when embedding.After(selection) is { } joined:
                stages[^1] = joined;
                return true;
            case ([.., PlannedEmbedding { IsSelection: false } embedding], PlannedLinear linear) when facts is not null && ColumnPruner.Prune(embedding, linear, facts) is var (kept, pruned):
                stages[^1] = kept;
                stages.Add(pruned);
                return true;
            default:
                return false;
        }
    }
}
