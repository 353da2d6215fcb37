using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>Parses untrusted JSON: tokens are counted before the parser allocates memory for them, and duplicate names are rejected.</summary>
internal static class BoundedJson
{
    /// <param name="text">The JSON, in UTF-8.</param>
    /// <param name="maximumDepth">The maximum nesting of objects and arrays.</param>
    /// <param name="maximumTokens">The maximum number of tokens; each costs the parser memory.</param>
    /// <returns>The document; null if it has more tokens.</returns>
    /// <exception cref="JsonException">The text is not JSON, is nested too deep, or names a property twice.</exception>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> text, int maximumDepth, int maximumTokens)
    {
        var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = maximumDepth });
        int tokens = 0;
        while (reader.Read())
        {
            if (++tokens > maximumTokens)
                return null;
        }

        return JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = maximumDepth, AllowDuplicateProperties = false });
    }
}
