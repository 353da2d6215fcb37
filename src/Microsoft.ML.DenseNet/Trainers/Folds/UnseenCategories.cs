namespace Microsoft.ML.DenseNet;

/// <summary>
/// Makes a trained default network treat a category that it never saw like the average of those that it did, rather than by what its
/// slots happen to hold. For the categories that it saw, nothing changes but rounding.
/// </summary>
/// <remarks>
/// The mean of the categories' vectors over the training rows is subtracted from each of them, and its effect is added to the bias of the
/// next layer. All zeros, which is what one-hot encoding makes of an unknown category, then have the mean effect. If there were training
/// rows of all zeros, the network has learned what these mean, and only slots without rows get the mean.
/// </remarks>
internal static class UnseenCategories
{
    /// <summary>Changes the weights.</summary>
    /// <param name="plan">What was trained.</param>
    /// <param name="parameters">The trained values.</param>
    /// <param name="rows">The rows that the network learned from.</param>
    /// <param name="isSample">Whether there were others, so that a category without rows here may have been learned.</param>
    public static void Settle(TrainingPlan plan, float[] parameters, RowSet rows, bool isSample)
    {
        CategoryVectors[] blocks =
        [
            .. CategoryVectors.Of(plan.Layout, plan.Categories).Where(vectors => ValueOf(vectors.Block, plan) is not null).OrderBy(vectors => vectors.Block.Start),
        ];
        var counts = CategoryCounts.Of(rows, [.. blocks.Select(vectors => vectors.Block)]);
        for (int i = 0; i < blocks.Length; i++)
        {
            if (counts[i] is { } known)
                Settle(plan, parameters, blocks[i], known, isSample);
        }
    }

    private static void Settle(TrainingPlan plan, float[] parameters, CategoryVectors vectors, CategoryCounts counts, bool isSample)
    {
        double total = counts.None + counts.Rows.Sum();
        double[] means = new double[vectors.Width];
        for (int unit = 0; unit < means.Length; unit++)
        {
            for (int slot = 0; slot < counts.Rows.Length; slot++)
                means[unit] += counts.Rows[slot] / total * parameters[vectors.Place(slot, unit)];
        }

        bool centers = counts.None == 0;
        for (int slot = 0; slot < counts.Rows.Length; slot++)
        {
            bool isUnseen = counts.Rows[slot] == 0 && !isSample;
            for (int unit = 0; unit < means.Length; unit++)
            {
                ref float weight = ref parameters[vectors.Place(slot, unit)];
                double value = isUnseen ? means[unit] : weight;
                weight = (float)(centers ? value - means[unit] : value);
            }
        }

        if (centers)
            vectors.AddToBias(plan.Layout, parameters, [.. means.Select(mean => mean * ValueOf(vectors.Block, plan)!.Value)]);
    }

    /// <summary>What the input scaling makes of a 1 in a block; null if it differs between slots, or a 0 does not stay 0.</summary>
    private static double? ValueOf(SlotRange block, TrainingPlan plan)
    {
        if (plan.Layout.InputScaling is not { } scaling)
            return 1;
        var center = scaling.Center(plan.Buffers).Span.Slice(block.Start, block.Count);
        var scale = scaling.Scale(plan.Buffers).Span.Slice(block.Start, block.Count);
        if (center.ContainsAnyExcept(0f) || scale.ContainsAnyExcept(1f))
            return null;
        return scaling.Layer is RobustScaleLayer ? RobustScaleLayer.Apply(1, 0, 1) : 1;
    }
}
