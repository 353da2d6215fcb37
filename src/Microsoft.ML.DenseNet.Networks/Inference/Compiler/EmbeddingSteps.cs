namespace Microsoft.ML.DenseNet;

/// <summary>
/// Makes the steps of an embedding, branches aside: parts of the same kind are computed in one step, because those of one number alone
/// would not fill a vector.
/// </summary>
internal static class EmbeddingSteps<TVector>
    where TVector : struct, ISimdVector<TVector>
{
    /// <summary>Fewer adjacent slots are copied one by one.</summary>
    private const int FewestToCopy = 16;

    /// <summary>The most units that are looked up together.</summary>
    private const int MostUnits = 1024;

    /// <summary>The steps; each writes no columns but its own.</summary>
    public static IEnumerable<ProgramStep> Of(PlannedEmbedding embedding, Operand input, Operand output)
    {
        var placed = new List<(EmbeddedPart Part, int Column)>();
        int column = 0;
        foreach (var part in embedding.Parts)
        {
            placed.Add((part, column));
            column += part.Width;
        }

        return
        [
            .. Copies(Of<EmbeddedCopy>(placed), input, output),
            .. Cosines(Of<EmbeddedCosines>(placed), input, output),
            .. Bins(Of<EmbeddedBins>(placed), input, output),
            .. Categories(Of<EmbeddedCategory>(placed), input, output),
        ];
    }

    private static List<Placed<TPart>> Of<TPart>(List<(EmbeddedPart Part, int Column)> parts)
        where TPart : EmbeddedPart => [.. parts.Where(item => item.Part is TPart).Select(item => new Placed<TPart>((TPart)item.Part, item.Column))];

    private static IEnumerable<ProgramStep> Copies(List<Placed<EmbeddedCopy>> parts, Operand input, Operand output)
    {
        var runs = new List<Placed<EmbeddedCopy>>();
        foreach (var (part, column) in parts)
        {
            if (runs is [.., var last] && last.Part.Slot + last.Part.Count == part.Slot && last.Column + last.Part.Count == column)
                runs[^1] = new(new EmbeddedCopy(last.Part.Slot, last.Part.Count + part.Count), last.Column);
            else
                runs.Add(new(part, column));
        }

        foreach (var (part, column) in runs.Where(run => run.Part.Count >= FewestToCopy))
            yield return new CopyStep(input.Slice(part.Slot, part.Count), output.Slice(column, part.Count));
        Placed<EmbeddedCopy>[] few = [.. runs.Where(run => run.Part.Count < FewestToCopy)];
        if (few.Length > 0)
        {
            yield return new GatherStep(
                [.. few.SelectMany(run => Enumerable.Range(run.Part.Slot, run.Part.Count))], [.. few.SelectMany(run => Enumerable.Range(run.Column, run.Part.Count))], input, output);
        }
    }

    private static IEnumerable<ProgramStep> Cosines(List<Placed<EmbeddedCosines>> parts, Operand input, Operand output) =>
        parts.GroupBy(placed => (placed.Part.Width, placed.Part.Frequency.Length)).Select(group => new CosineStep<TVector>([.. group], input, output));

    private static IEnumerable<ProgramStep> Bins(List<Placed<EmbeddedBins>> parts, Operand input, Operand output)
    {
        var groups = new List<List<Placed<EmbeddedBins>>>();
        foreach (var slot in parts.GroupBy(placed => placed.Part.Slot))
        {
            int first = groups.Count;
            foreach (var placed in slot)
            {
                int fitting = groups.FindIndex(first, group => group[0].Part.HasBinsOf(placed.Part) && group.Sum(other => other.Part.Width) + placed.Part.Width <= MostUnits);
                if (fitting >= 0)
                    groups[fitting].Add(placed);
                else
                    groups.Add([placed]);
            }
        }

        return groups.Count == 0 ? [] : [new BinStep<TVector>(groups, input, output)];
    }

    private static IEnumerable<ProgramStep> Categories(List<Placed<EmbeddedCategory>> parts, Operand input, Operand output) =>
        parts.GroupBy(placed => (placed.Part.Slot, placed.Part.Count)).SelectMany(block => block.Chunk(MostUnits / BranchMerger.MostCategoryUnits))
            .Select(group => new CategoryStep<TVector>(group, input, output));
}
