namespace Microsoft.ML.DenseNet;

/// <summary>Prepares a plan for several processes that train each network together.</summary>
internal static class JointPlan
{
    /// <summary>Returns the plan with the processes.</summary>
    /// <exception cref="InvalidOperationException">The plan cannot be carried out that way.</exception>
    public static TrainingPlan SharedBy(this TrainingPlan plan, TrainingWorkers workers, LoadedRows data)
    {
        string setting = $"{nameof(DenseNetOptions.Workers)}.{nameof(TrainingWorkers.Split)} is {nameof(WorkSplit)}.{nameof(WorkSplit.Rows)}";
        string? obstacle =
            plan.Loss.RowForm is null ? $"the loss {plan.Loss} is computed by torch, on a batch as a whole"
            : plan.Layout.Root.DescendantsAndSelf().Any(node => node.Layer.MixesRows) ? "BatchNorm needs all rows of a batch in one process"
            : !HostEngine.Supports(plan) ? "torch trains this network, on its device, in its precision or with its module, and only the CPU engine exchanges gradients"
            : plan.Optimizer.NeedsClosure ? $"{plan.Optimizer} evaluates a step's loss as often as it likes"
            : data.Stream is null && data.Rows.IsSparse && !BackpropagationProgram.ReadsSparse(plan.Layout.AfterScaling) ? "the rows are sparse and the network's first layer does not read them that way"
            : null;
        return obstacle is null
            ? plan with { Workers = workers }
            : throw new InvalidOperationException($"{setting}, but {obstacle}. Use {nameof(WorkSplit)}.{nameof(WorkSplit.Networks)}, or change that.");
    }
}
