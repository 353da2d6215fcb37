namespace Microsoft.ML.DenseNet;

/// <summary>A layer that becomes steps regardless of its neighbors, such as a normalization of rows.</summary>
/// <param name="Width">The width of its output.</param>
/// <param name="Make">Makes its steps.</param>
internal sealed record PlannedSteps(int Width, PlannedSteps.Maker Make) : PlannedStage
{
    /// <summary>Makes steps from an input to an output; they return what they take from <paramref name="scratch"/>.</summary>
    public delegate IEnumerable<ProgramStep> Maker(Operand input, Operand output, ScratchPlanner scratch);
}
