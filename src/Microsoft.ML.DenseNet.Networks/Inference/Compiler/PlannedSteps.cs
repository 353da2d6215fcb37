namespace Microsoft.ML.DenseNet;

/// <summary>A layer that becomes steps without looking at its neighbours, such as a normalization of rows.</summary>
/// <param name="Width">The width of what it gives.</param>
/// <param name="Make">Makes its steps.</param>
internal sealed record PlannedSteps(int Width, PlannedSteps.Maker Make) : PlannedStage
{
    /// <summary>Makes steps from an input to an output; what they take from <paramref name="scratch"/> they give back.</summary>
    public delegate IEnumerable<ProgramStep> Maker(Operand input, Operand output, ScratchPlanner scratch);
}
