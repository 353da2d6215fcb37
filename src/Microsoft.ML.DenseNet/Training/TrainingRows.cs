using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Rows as tensors on the training device.</summary>
/// <param name="Features">[rows, features].</param>
/// <param name="Targets">As <see cref="LearningTask"/> says.</param>
/// <param name="Weights">Example weights of mean 1, in the targets' shape; null for 1 each.</param>
internal sealed record TrainingRows(Tensor Features, Tensor Targets, Tensor? Weights)
{
    /// <summary>The labels as numbers, [rows].</summary>
    public required Tensor Labels { get; init; }

    public long Count => Features.shape[0];

    /// <summary>Brings rows to a device; the tensors belong to the current dispose scope.</summary>
    /// <param name="rows">The rows, as they were read.</param>
    /// <param name="task">Decides the targets' type and shape.</param>
    /// <param name="device">Where the tensors go.</param>
    public static TrainingRows From(RowSet rows, LearningTask task, Device device)
    {
        using var scope = NewDisposeScope();
        var features = empty(rows.Count, rows.Width, ScalarType.Float32, device);
        var labels = empty(rows.Count, ScalarType.Float32, device);
        var weights = rows.HasWeights ? empty(rows.Count, ScalarType.Float32, device) : null;

        long start = 0;
        foreach (var block in rows.Blocks)
        {
            using var blockScope = NewDisposeScope();
            features.narrow(0, start, block.Rows).copy_(tensor(block.Features.Span.ToArray(), ScalarType.Float32).view(block.Rows, rows.Width));
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

    /// <summary>The rows at the given places, gathered into new tensors.</summary>
    /// <param name="indices">Row numbers, Int64.</param>
    public TrainingRows Gather(Tensor indices) =>
        new(Features.index_select(0, indices), Targets.index_select(0, indices), Weights?.index_select(0, indices)) { Labels = Labels };

    /// <summary>Neighbouring rows, as views.</summary>
    public TrainingRows Slice(long start, long count) =>
        new(Features.narrow(0, start, count), Targets.narrow(0, start, count), Weights?.narrow(0, start, count)) { Labels = Labels };

    /// <summary>The rows where they lie in host memory; valid while the tensors live.</summary>
    public unsafe RowBatch InHost() =>
        new(Pointer(Features), (int)Features.shape[1], Pointer(Labels), Weights is null ? null : Pointer(Weights), null, checked((int)Count));

    /// <summary>The values of a contiguous tensor of numbers in host memory; null where there are none.</summary>
    public static unsafe float* Pointer(Tensor tensor) => tensor.numel() == 0 ? null : (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.detach().bytes));
}
