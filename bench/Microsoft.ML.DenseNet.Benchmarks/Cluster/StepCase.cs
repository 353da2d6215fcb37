namespace Microsoft.ML.DenseNet.Benchmarks.Cluster;

/// <summary>A training whose steps are timed.</summary>
/// <param name="Inputs">The number of features.</param>
/// <param name="Hidden">The widths of the hidden layers.</param>
/// <param name="Outputs">The number of outputs.</param>
/// <param name="Batch">Rows per step, of all processes together.</param>
internal sealed record StepCase(int Inputs, int[] Hidden, int Outputs, int Batch)
{
    /// <summary>From a network that is too small to be divided to one that is worth it.</summary>
    public static StepCase[] All { get; } =
    [
        new(32, [256, 256], 1, 256),
        new(32, [256, 256], 1, 2048),
        new(54, [512, 512, 512], 7, 1024),
        new(54, [512, 512, 512], 7, 8192),
        new(200, [2048, 2048], 10, 8192),
    ];

    /// <summary>Those that are measured; the others take minutes on one core.</summary>
    public static IEnumerable<StepCase> Measured => All.Take(3);

    /// <summary>The number of parameters.</summary>
    public int Parameters
    {
        get
        {
            int[] widths = [Inputs, .. Hidden, Outputs];
            return Enumerable.Range(0, widths.Length - 1).Sum(i => (widths[i] + 1) * widths[i + 1]);
        }
    }

    /// <summary>The bytes of a gradient.</summary>
    public double Bytes => sizeof(float) * (double)Parameters;

    public override string ToString() => $"{string.Join('-', [Inputs, .. Hidden, Outputs])}, batch {Batch}";
}
