namespace Microsoft.ML.DenseNet;

/// <summary>What holds for vectors of any width.</summary>
internal static class SimdLanes
{
    /// <summary>The lanes of the widest vector, <see cref="SimdVector512"/>.</summary>
    public const int Most = 16;
}
