using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows as tensors.</summary>
/// <param name="Features">[rows, features].</param>
/// <param name="Targets">As <see cref="LearningTask"/> says.</param>
/// <param name="Weights">Example weights with mean 1, in the targets' shape; null for 1 each.</param>
internal sealed record TrainingRows(Tensor Features, Tensor Targets, Tensor? Weights)
{
    /// <summary>The labels as numbers, [rows].</summary>
    public required Tensor Labels { get; init; }

    public long Count => Labels.shape[0];

    /// <summary>
    /// The features of a batch of sparse rows again, without their zeros and before scaling; null if rows are dense. If the training
    /// run reads only these, they are scaled, and <see cref="Features"/> has no columns.
    /// </summary>
    public SparseRows? Sparse { get; init; }

    /// <summary>Copies rows to a device, zeros included; the tensors belong to the current dispose scope.</summary>
    /// <param name="rows">The rows, as they were read.</param>
    /// <param name="task">Decides the targets' type and shape.</param>
    /// <param name="device">Where the tensors go.</param>
    /// <param name="scale">Transforms the features on the way there, block by block.</param>
    /// <param name="scaledWidth">The number of features after <paramref name="scale"/>; null for as many as before.</param>
    public static TrainingRows From(RowSet rows, LearningTask task, Device device, Func<Tensor, Tensor> scale, int? scaledWidth = null)
    {
        using var scope = NewDisposeScope();
        var features = empty(rows.Count, scaledWidth ?? rows.Width, ScalarType.Float32, device);
        var labels = empty(rows.Count, ScalarType.Float32, device);
        var weights = rows.HasWeights ? empty(rows.Count, ScalarType.Float32, device) : null;

        long start = 0;
        foreach (var block in rows.Blocks)
        {
            using var blockScope = NewDisposeScope();
            if (rows.Width > 0)
                features.narrow(0, start, block.Rows).copy_(scale(DenseFeatures(block, rows.Width).to(device)));
            labels.narrow(0, start, block.Rows).copy_(tensor(block.Labels.Span.ToArray(), ScalarType.Float32));
            weights?.narrow(0, start, block.Rows).copy_(tensor(block.Weights.Span.ToArray(), ScalarType.Float32));
            start += block.Rows;
        }

        weights?.DivideInPlace(rows.MeanWeight);
        bool multiclass = task == LearningTask.MulticlassClassification;
        var targets = multiclass ? labels.to_type(ScalarType.Int64) : labels.unsqueeze(1);
        var shapedWeights = multiclass ? weights : weights?.unsqueeze(1);
        return new TrainingRows(features.MoveToOuterDisposeScope(), targets.MoveToOuterDisposeScope(), shapedWeights?.MoveToOuterDisposeScope())
        {
            Labels = labels.MoveToOuterDisposeScope(),
        };
    }

    /// <summary>The features of some rows, unscaled, on the CPU.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="chosen">Their indices; null for all.</param>
    public static unsafe Tensor GatherFeatures(RowSet rows, long[]? chosen)
    {
        if (chosen is null)
            return cat([.. rows.Blocks.Select(block => DenseFeatures(block, rows.Width))], 0);
        var features = empty(chosen.Length, rows.Width, ScalarType.Float32);
        var target = (float*)TensorMemory.Pointer(features);
        var places = Enumerable.Range(0, chosen.Length).ToArray();
        Array.Sort([.. chosen], places);
        long start = 0;
        int next = 0;
        foreach (var block in rows.Blocks)
        {
            for (; next < places.Length && chosen[places[next]] < start + block.Rows; next++)
                block.CopyRow((int)(chosen[places[next]] - start), new Span<float>(target + ((nint)places[next] * rows.Width), rows.Width));
            start += block.Rows;
        }

        return features;
    }

    /// <summary>Consecutive rows, as views.</summary>
    public TrainingRows Slice(long start, long count) =>
        new(Features.narrow(0, start, count), Targets.narrow(0, start, count), Weights?.narrow(0, start, count)) { Labels = Labels.narrow(0, start, count) };

    /// <summary>The rows in place, in host memory; valid while the tensors live.</summary>
    public unsafe RowBatch InHost() => Sparse is not null && Features.shape[1] == 0
        ? new(null, Sparse.Width, Pointer(Labels), Weights is null ? null : Pointer(Weights), null, checked((int)Count), new SparseTable(Sparse))
        : new(Pointer(Features), (int)Features.shape[1], Pointer(Labels), Weights is null ? null : Pointer(Weights), null, checked((int)Count));

    /// <summary>The rows on a device; this instance if they are already there.</summary>
    public TrainingRows To(Device device) =>
        device.type == DeviceType.CPU ? this : new(Features.to(device), Targets.to(device), Weights?.to(device)) { Labels = Labels.to(device), Sparse = Sparse };

    /// <summary>The values of a contiguous tensor of numbers in host memory; null if it is empty.</summary>
    public static unsafe float* Pointer(Tensor tensor) => (float*)TensorMemory.Pointer(tensor);

    private static unsafe Tensor DenseFeatures(RowBlock block, int width)
    {
        var features = empty(block.Rows, width, ScalarType.Float32);
        var target = new Span<float>(TensorMemory.Pointer(features), block.Rows * width);
        if (block.Sparse is null)
            block.Features.Span.CopyTo(target);
        else
            block.DenseRows(0, block.Rows, width, target);
        return features;
    }
}
