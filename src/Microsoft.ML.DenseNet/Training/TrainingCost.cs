using System.Globalization;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The memory and time that a training run takes, computed from the layers' widths before anything is allocated. Both are lower
/// bounds: the rows themselves and short-lived copies are left out.
/// </summary>
internal sealed record TrainingCost
{
    /// <summary>Below this many bytes, no warning is needed.</summary>
    private const double LargeMemory = 4.0 * (1 << 30);

    /// <summary>Roughly what one core computes per second.</summary>
    private const double OperationsPerSecond = 2e10;

    private const double LongTraining = 3600;

    /// <summary>The number of trained values.</summary>
    public required int Parameters { get; init; }

    /// <summary>Bytes of weights, their gradients, the optimizer's state and the best epoch's weights.</summary>
    public required double ParameterBytes { get; init; }

    /// <summary>Bytes of the layers' outputs and of their gradients, for the rows computed at once.</summary>
    public required double OutputBytes { get; init; }

    /// <summary>The number of rows computed at once.</summary>
    public required long BatchRows { get; init; }

    /// <summary>Seconds on the CPU with the plan's threads; 0 on another device.</summary>
    public required double Seconds { get; init; }

    public double Bytes => ParameterBytes + OutputBytes;

    /// <summary>The cost of a plan.</summary>
    /// <param name="plan">The plan; its values may still be missing.</param>
    /// <param name="rows">The number of training rows.</param>
    public static TrainingCost Of(TrainingPlan plan, long rows)
    {
        bool isOnCpu = plan.Device.type == DeviceType.CPU;
        long batch = Math.Min(plan.BatchSize, rows);
        long held = HostEngine.Supports(plan) && plan.Loss.RowForm is not null ? BackpropagationProgram.Capacity(plan.Layout.AfterScaling, (int)batch) : batch;

        // Activations work in place. On another device only the first and last weights take up this process's memory.
        double outputs = plan.Layout.Root.DescendantsAndSelf().Where(node => node.Children.Count == 0 && node.Layer is not (ActivationLayer or DropoutLayer)).Sum(node => (double)node.OutputWidth);
        double copies = isOnCpu ? 3.0 + plan.Optimizer.StatesPerParameter : 2.0;

        // In an EmbeddingBag only the rows that a batch looks up are computed.
        double lookedUp = plan.Layout.Root.DescendantsAndSelf().Where(node => node.Layer is EmbeddingBagLayer).Sum(node => (double)node.Parameters[0].Count);
        double operations = 2 * 3 * (TorchThreads.Products(plan.Layout) - lookedUp) * rows * plan.NumberOfEpochs;
        return new TrainingCost
        {
            Parameters = plan.Layout.ParameterCount,
            ParameterBytes = copies * sizeof(float) * plan.Layout.ParameterCount,
            OutputBytes = isOnCpu ? 2.0 * sizeof(float) * outputs * held : 0,
            BatchRows = held,
            Seconds = isOnCpu ? operations / OperationsPerSecond / Math.Min(plan.NumberOfThreads ?? int.MaxValue, Environment.ProcessorCount) : 0,
        };
    }

    /// <summary>Throws if the training run does not fit in memory.</summary>
    /// <param name="available">The bytes that the process may use.</param>
    /// <exception cref="InvalidOperationException">It needs more.</exception>
    public void Check(double available)
    {
        if (Bytes > available)
            throw new InvalidOperationException($"{Memory()}, but this process may use only {MemoryText.Of(available)}. Lower the units of the layers (HiddenUnits, Network){(OutputBytes > ParameterBytes ? ", or BatchSize" : "")}.");
    }

    /// <summary>Logs the cost of a training run that takes an unusual amount of memory or time.</summary>
    public void Warn(IChannel channel)
    {
        if (Bytes > LargeMemory)
            channel.Warning($"{Memory()}.");
        if (Seconds > LongTraining)
            channel.Warning(string.Create(CultureInfo.InvariantCulture, $"The network has {Parameters:N0} parameters: training it to the last epoch will take about {Seconds / 3600:N0} hours or more. Fewer units, epochs or rows take less."));
    }

    private string Memory() => string.Create(
        CultureInfo.InvariantCulture,
        $"The network has {Parameters:N0} parameters: training it needs at least {MemoryText.Of(Bytes)} of memory ({MemoryText.Of(ParameterBytes)} for weights, gradients and the optimizer's state, {MemoryText.Of(OutputBytes)} for the outputs of the layers over {BatchRows:N0} rows)");
}
