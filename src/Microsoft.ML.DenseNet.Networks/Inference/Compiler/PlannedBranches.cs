namespace Microsoft.ML.DenseNet;

/// <summary>Parallel branches, added or concatenated. A branch without stages is the input itself.</summary>
/// <param name="Branches">Each branch's stages.</param>
/// <param name="Widths">The width of each branch.</param>
/// <param name="IsSum">Whether the branches are added.</param>
internal sealed record PlannedBranches(IReadOnlyList<List<PlannedStage>> Branches, IReadOnlyList<int> Widths, bool IsSum) : PlannedStage
{
    /// <summary>Whether the branches are whole networks whose predictions are averaged next, so that merging them pays.</summary>
    public bool AreNetworks { get; init; }
}
