namespace Microsoft.ML.DenseNet;

/// <summary>Where a default network keeps the vectors of a one-hot block's categories, and how they reach the first hidden layer.</summary>
/// <param name="Block">The block.</param>
/// <param name="Width">The length of a vector.</param>
/// <param name="First">The place of the first slot's first value among the parameters.</param>
/// <param name="SlotStep">The distance from a slot's value to that of the next slot.</param>
/// <param name="UnitStep">The distance from a value to the next one of the same slot.</param>
/// <param name="Column">The column of the vector's first value where the parts of the input are joined; null if the vector is added to the first hidden layer itself.</param>
internal sealed record CategoryVectors(SlotRange Block, int Width, int First, int SlotStep, int UnitStep, int? Column)
{
    /// <summary>Finds the vectors of some blocks in a default network.</summary>
    public static IEnumerable<CategoryVectors> Of(NetworkLayout layout, IReadOnlyList<SlotRange> blocks)
    {
        if (blocks.Count == 0)
            return [];
        return layout.Body[0] switch
        {
            { Layer: EmbeddingBagLayer bag } node => blocks.Select(block => new CategoryVectors(block, bag.Units, node.Parameters[0].Offset + (block.Start * bag.Units), bag.Units, 1, null)),
            { Layer: ConcatLayer } node => OfParts(node.Children, blocks),
            var node => OfParts([node], blocks),
        };
    }

    /// <summary>The place of a value among the parameters.</summary>
    /// <param name="slot">The slot, counted from the block's first.</param>
    /// <param name="unit">The index in the vector.</param>
    public int Place(int slot, int unit) => First + (slot * SlotStep) + (unit * UnitStep);

    /// <summary>Adds to the bias of the first hidden layer what a vector of these values, reaching it in every row, would add to its sums.</summary>
    public void AddToBias(NetworkLayout layout, float[] parameters, double[] values)
    {
        if (Column is not { } column)
        {
            Add(values, parameters, layout.Body[0].Parameters[1].Offset);
            return;
        }

        foreach (var node in layout.Body.Skip(1))
        {
            switch (node.Layer)
            {
                case ScaleLayer:
                    values = [.. values.Select((value, i) => value * parameters[node.Parameters[0].Offset + column + i])];
                    break;
                case LinearLayer:
                    Add(Products(parameters, node.Parameters[0].Offset, node.InputWidth, node.OutputWidth, column, values), parameters, node.Parameters[1].Offset);
                    return;
                case EnsembleLinearLayer ensemble:
                    AddToMembers(parameters, node, ensemble, column, values);
                    return;
                case MemberLinearLayer members:
                    int inputs = node.InputWidth / members.Members;
                    Add(Products(parameters, node.Parameters[0].Offset, inputs, node.OutputWidth, column, values), parameters, node.Parameters[1].Offset);
                    return;
            }
        }
    }

    private static IEnumerable<CategoryVectors> OfParts(IReadOnlyList<LayerNode> parts, IReadOnlyList<SlotRange> blocks)
    {
        int column = 0;
        foreach (var part in parts)
        {
            var (block, linear) = part switch
            {
                { Children: [{ Layer: SelectLayer { Ranges: [var only] } }, { Layer: LinearLayer { HasBias: false } } node] } => (only, node),
                { Layer: LinearLayer { HasBias: false } } => (new SlotRange(0, part.InputWidth), part),
                _ => default,
            };
            if (linear is not null && blocks.Contains(block))
                yield return new CategoryVectors(block, linear.OutputWidth, linear.Parameters[0].Offset, 1, block.Count, column);
            column += part.OutputWidth;
        }
    }

    private static void AddToMembers(float[] parameters, LayerNode node, EnsembleLinearLayer ensemble, int column, double[] values)
    {
        int inputs = node.InputWidth / ensemble.Members;
        for (int member = 0; member < ensemble.Members; member++)
        {
            double[] scaled = [.. values.Select((value, i) => value * parameters[node.Parameters[1].Offset + (member * inputs) + column + i])];
            double[] sums = Products(parameters, node.Parameters[0].Offset, inputs, ensemble.Units, column, scaled);
            for (int unit = 0; unit < sums.Length; unit++)
                sums[unit] *= parameters[node.Parameters[2].Offset + (member * ensemble.Units) + unit];
            Add(sums, parameters, node.Parameters[3].Offset + (member * ensemble.Units));
        }
    }

    /// <summary>What adjacent inputs add to the sums of a Linear's units.</summary>
    private static double[] Products(float[] parameters, int weights, int inputs, int units, int column, double[] values)
    {
        double[] sums = new double[units];
        for (int unit = 0; unit < units; unit++)
        {
            for (int i = 0; i < values.Length; i++)
                sums[unit] += values[i] * parameters[weights + (unit * inputs) + column + i];
        }

        return sums;
    }

    private static void Add(double[] values, float[] parameters, int place)
    {
        for (int i = 0; i < values.Length; i++)
            parameters[place + i] += (float)values[i];
    }
}
