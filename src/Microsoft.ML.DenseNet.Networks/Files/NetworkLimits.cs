using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// How large a network may be: readers reject a file that exceeds this, and Fit rejects a network whose file would be rejected.
/// docs/model-format.md lists the limits.
/// </summary>
internal static class NetworkLimits
{
    /// <summary>The maximum number of layers, combinators included, so that a small hostile file cannot demand much memory.</summary>
    public const int MaximumLayers = 10_000;

    /// <summary>The maximum number of JSON tokens that describe a network; each costs the parser memory. A range of a Select takes four.</summary>
    public const int MaximumTokens = 1 << 20;

    // A prediction allocates space for the layers' outputs. Layers can widen without a single parameter (Repeat, Concat), so a small
    // file could otherwise demand any amount of memory. Width that is paid for, in file bytes or in features per row, is allowed.
    private const long FreeWidth = 1 << 20;
    private const long WidthOfValue = 64;
    private const long MaximumWidth = 1 << 27;

    /// <summary>Returns how many units the layers of a network may have in total.</summary>
    public static long TotalWidth(NetworkLayout layout) =>
        Math.Min(FreeWidth + (WidthOfValue * ((long)layout.InputWidth + layout.ParameterCount + layout.BufferCount)), MaximumWidth);

    /// <summary>Returns what is too large about a network, as a clause about it; null if nothing is.</summary>
    public static string? Excess(NetworkLayout layout)
    {
        int layers = 0;
        long width = 0;
        foreach (var node in layout.Root.DescendantsAndSelf())
        {
            layers++;
            width += node.OutputWidth;
        }

        if (layers > MaximumLayers)
            return $"it has {layers:N0} layers; at most {MaximumLayers:N0} are accepted";
        long most = TotalWidth(layout);
        return width > most
            ? $"its layers are {width:N0} units wide together; with {layout.InputWidth:N0} inputs, {layout.ParameterCount:N0} parameters and {layout.BufferCount:N0} other values, at most {most:N0} are accepted"
            : null;
    }

    /// <summary>Rejects a network that could be trained and saved, but not loaded.</summary>
    /// <exception cref="InvalidOperationException">The network is too large.</exception>
    public static void Check(NetworkLayout layout)
    {
        string? excess = Excess(layout);
        if (excess is null && CountTokens(layout) is > MaximumTokens and var tokens)
            excess = $"its description has {tokens:N0} tokens; at most {MaximumTokens:N0} are accepted. A Select of fewer ranges is shorter";
        if (excess is not null)
            throw new InvalidOperationException($"The network is too large to be saved and loaded again: {excess}.");
    }

    private static int CountTokens(NetworkLayout layout)
    {
        var reader = new Utf8JsonReader(LayerJson.ToUtf8(layout.Layer), new JsonReaderOptions { MaxDepth = LayerJson.MaximumJsonDepth });
        int tokens = 0;
        while (reader.Read())
            tokens++;
        return tokens;
    }
}
