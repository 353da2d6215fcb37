using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>One network, batch and optimizer to time.</summary>
/// <param name="Inputs">The number of features.</param>
/// <param name="Hidden">The widths of the hidden layers, each followed by a ReLU.</param>
/// <param name="Outputs">1 for binary classification, more for that many classes.</param>
/// <param name="Rows">The number of rows.</param>
/// <param name="Batch">Rows per step.</param>
/// <param name="Optimizer">Our optimizer.</param>
/// <param name="Plain">The same optimizer in torch.</param>
internal sealed record TrainingCase(
    int Inputs,
    int[] Hidden,
    int Outputs,
    int Rows,
    int Batch,
    Optimizer Optimizer,
    Func<IEnumerable<TorchSharp.Modules.Parameter>, optim.Optimizer> Plain)
{
    /// <summary>For example <c>32-256-256-1, batch 256, AdamW</c>.</summary>
    public string Name => $"{string.Join('-', [Inputs, .. Hidden, Outputs])}, batch {Math.Min(Batch, Rows)}, {Optimizer.Name[..Optimizer.Name.IndexOf('(', StringComparison.Ordinal)]}";

    /// <summary>Floating-point operations of the matrix products of a step: forward, plus twice that backward, minus the first layer's input gradient.</summary>
    public double Flops
    {
        get
        {
            int[] widths = [Inputs, .. Hidden, Outputs];
            double products = 0;
            for (int i = 0; i + 1 < widths.Length; i++)
                products += (i == 0 ? 2.0 : 3.0) * widths[i] * widths[i + 1];
            return 2 * products * Math.Min(Batch, Rows);
        }
    }

    /// <summary>The hidden layers and the output as a layer.</summary>
    public Layer Network => Layer.Sequential([.. Hidden.SelectMany(width => new[] { Layer.Linear(width), Layer.ReLU }), Layer.Linear(Outputs)]);
}
