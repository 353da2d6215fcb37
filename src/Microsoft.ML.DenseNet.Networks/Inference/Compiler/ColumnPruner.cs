using System.Diagnostics;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Removes columns of an embedding that never change what the following Linear computes: those that are constant, which become part of
/// the bias, and those with no weight other than 0.
/// </summary>
internal static class ColumnPruner
{
    /// <summary>Returns the embedding and the Linear without such columns; null if all stay.</summary>
    /// <param name="embedding">The embedding.</param>
    /// <param name="linear">The Linear that reads it.</param>
    /// <param name="facts">What is known about the embedding's input.</param>
    public static (PlannedEmbedding Embedding, PlannedLinear Linear)? Prune(PlannedEmbedding embedding, PlannedLinear linear, ColumnFacts facts)
    {
        if (linear.IsByInput || !linear.IsFinite || !embedding.Parts.OfType<EmbeddedUnits>().All(part => part.IsFinite))
            return null;

        bool[] isRead = ColumnsRead(linear);
        double[] bias = [.. linear.Bias];
        var parts = new List<EmbeddedPart>();
        var columns = new List<int>();
        int first = 0;
        foreach (var part in embedding.Parts)
        {
            int[] kept = [.. Enumerable.Range(0, part.Width).Where(i => part is EmbeddedBranch || (isRead[first + i] && !Absorbs(linear, bias, first + i, part, i, facts)))];
            parts.AddRange(Keep(part, kept));
            columns.AddRange(kept.Select(i => first + i));
            first += part.Width;
        }

        return columns.Count == 0 || columns.Count == first ? null : (new PlannedEmbedding(parts), LinearAlgebra.Keep(linear, columns, bias));
    }

    /// <summary>Whether a column is constant; if so, what it contributes is added to the bias.</summary>
    private static bool Absorbs(PlannedLinear linear, double[] bias, int column, EmbeddedPart part, int unit, ColumnFacts facts)
    {
        double? constant = part switch
        {
            EmbeddedCopy copy => facts.IsZero(copy.Slot + unit) ? 0 : null,
            EmbeddedUnits units => units.Constant(unit, facts),
            _ => null,
        };
        if (constant is not { } value)
            return false;
        for (int i = 0; i < bias.Length; i++)
            bias[i] += linear.Weights[(i * linear.Inputs) + column] * value;
        return true;
    }

    private static IEnumerable<EmbeddedPart> Keep(EmbeddedPart part, int[] kept) => part switch
    {
        _ when kept.Length == part.Width => [part],
        _ when kept.Length == 0 => [],
        EmbeddedCopy copy => kept.Select(i => new EmbeddedCopy(copy.Slot + i, 1)),
        EmbeddedUnits units => [units.Keep(kept)],
        _ => throw new UnreachableException(),
    };

    private static bool[] ColumnsRead(PlannedLinear linear)
    {
        bool[] isRead = new bool[linear.Inputs];
        for (int unit = 0; unit < linear.Outputs; unit++)
        {
            var row = linear.Weights.Slice(unit * linear.Inputs, linear.Inputs);
            for (int i = 0; i < isRead.Length; i++)
                isRead[i] |= row[i] != 0;
        }

        return isRead;
    }
}
