namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Makes torch compute a network that our engine could train.</summary>
internal static class TorchOnly
{
    /// <summary>A layer that changes nothing: the mean of a single member, which only torch trains before a network's end.</summary>
    public static Layer Layer { get; } = new MemberMeanLayer(1, MeanKind.Outputs);
}
