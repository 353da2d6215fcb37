using System.Runtime.CompilerServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Explains a network's predictions by expected gradients: integrated gradients (Sundararajan et al. 2017) averaged over background rows (Erion et al.
/// 2021). docs/contributions.md says what contributions mean and what they do not.
/// </summary>
public static class NetworkExplanations
{
    private static readonly ConditionalWeakTable<TrainedNetwork, NetworkExplainer> Explainers = [];

    /// <summary>Creates what explains many rows. Creating it takes much longer than explaining a row, so keep it.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">How to explain; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the background rows do not suit the network; the message says which.</exception>
    /// <exception cref="InvalidOperationException">Neither the options nor the model have background rows.</exception>
    /// <exception cref="NotSupportedException">The network has a torch module, whose gradient only torch knows.</exception>
    public static NetworkExplainer CreateExplainer(this TrainedNetwork network, ExplanationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new NetworkExplainer(network, options ?? new ExplanationOptions());
    }

    /// <summary>Explains the prediction of a row with the default options and the background rows that the model stores.</summary>
    /// <param name="network">The network.</param>
    /// <param name="features">One value for each network input.</param>
    /// <inheritdoc cref="CreateExplainer" path="/exception"/>
    public static Explanation Explain(this TrainedNetwork network, ReadOnlySpan<float> features)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Shared(network).Explain(features);
    }

    /// <summary>Returns what explains a network with the default options, created once.</summary>
    internal static NetworkExplainer Shared(TrainedNetwork network) => Explainers.GetValue(network, known => known.CreateExplainer());
}
