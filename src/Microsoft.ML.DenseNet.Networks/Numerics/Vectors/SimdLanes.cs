namespace Microsoft.ML.DenseNet;

/// <summary>Constants for vectors of any width.</summary>
internal static class SimdLanes
{
    /// <summary>The number of lanes of the widest vector, <see cref="SimdVector512"/>.</summary>
    public const int Most = 16;
}
