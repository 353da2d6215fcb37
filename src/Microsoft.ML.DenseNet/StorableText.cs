using System.Buffers;
using System.Globalization;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>Whether a text comes back from a file as it went in. Files hold UTF-8, which cannot express half of a surrogate pair.</summary>
internal static class StorableText
{
    /// <summary>Refuses a text that would be saved as another.</summary>
    /// <param name="text">The text; null passes.</param>
    /// <param name="what">What the message calls it.</param>
    /// <exception cref="ArgumentException">It holds a surrogate without its partner.</exception>
    public static void Check(string? text, string what)
    {
        if (text is not null && !IsStorable(text))
            throw new ArgumentException(Refusal(text, what));
    }

    /// <summary>Whether every surrogate in the text has its partner.</summary>
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

    /// <summary>Why a text is refused, and what to do.</summary>
    public static string Refusal(string text, string what) =>
        $"{what} is '{Escape(text)}', which holds half of a surrogate pair. Files are written in UTF-8, which cannot express that: the name would come back as another. Take a name without it; text that was cut in the middle of a character (an emoji, for example) is the usual cause.";

    /// <summary>The text with each surrogate that has no partner written out, such as <c>\uD800</c>.</summary>
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
