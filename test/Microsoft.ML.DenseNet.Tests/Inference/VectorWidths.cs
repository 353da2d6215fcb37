namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The vector widths that this machine can test.</summary>
internal static class VectorWidths
{
    public static IReadOnlyList<VectorWidth> Available { get; } = [.. Enum.GetValues<VectorWidth>().Where(DenseNet.VectorWidths.IsSupported)];
}
