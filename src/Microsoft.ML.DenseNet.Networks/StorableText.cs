using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>Whether a text survives saving and loading. Files hold UTF-8, which cannot express half of a surrogate pair.</summary>
internal static class StorableText
{
    /// <summary>Rejects a text that saving would change.</summary>
    /// <param name="text">The text; null passes.</param>
    /// <param name="what">How the message refers to it.</param>
    /// <exception cref="ArgumentException">It holds an unpaired surrogate.</exception>
    public static void Check(string? text, string what)
    {
        if (text is not null && !IsStorable(text))
            throw new ArgumentException(Refusal(text, what));
    }

    /// <summary>Whether every surrogate in the text is paired.</summary>
    public static bool IsStorable(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int length) != OperationStatus.Done)
                return false;
            text = text[length..];
        }

        return true;
    }

    /// <summary>Returns why a text is rejected, and what to do.</summary>
    public static string Refusal(string text, string what) =>
        $"{what} is '{Escape(text)}', which holds half of a surrogate pair. Files are written in UTF-8, which cannot express that: the name would come back as another. Take a name without it; text that was cut in the middle of a character (an emoji, for example) is the usual cause.";

    /// <summary>Returns the text with each unpaired surrogate written out, such as <c>\uD800</c>.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.DecodeFromUtf16(text.AsSpan(i), out _, out int length) == OperationStatus.Done;
            if (isWhole)
                escaped.Append(text, i, length);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
            i += length;
        }

        return escaped.ToString();
    }
}
