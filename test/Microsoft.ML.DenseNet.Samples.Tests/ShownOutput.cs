using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>What a document says that a sample prints, held against what it prints.</summary>
internal static partial class ShownOutput
{
    /// <summary>Room for another machine's rounding.</summary>
    private const double Tolerance = 0.02;

    /// <summary>Asserts that every text block of a document is in the output, its numbers within <see cref="Tolerance"/>.</summary>
    public static void AssertPrinted(string output, string document) =>
        Check(output, document, (printed, shown) => printed.Zip(shown, Agree).All(agrees => agrees));

    /// <summary>
    /// Asserts that every text block of a document is in the output except for its numbers and the order of its lines: where another machine's
    /// rounding, repeated in every step of a training, changes more than last digits.
    /// </summary>
    public static void AssertPrintedInWords(string output, string document) =>
        Check(output, document, (printed, shown) => printed.Select(Words).Order().SequenceEqual(shown.Select(Words).Order()));

    private static void Check(string output, string document, Func<string[], string[], bool> agree)
    {
        string[] printed = Lines(output);
        foreach (Match block in TextBlock().Matches(File.ReadAllText(Path.Combine(Sample.Repository, document)).ReplaceLineEndings("\n")))
        {
            string[] shown = Lines(block.Groups["text"].Value);
            bool found = Enumerable.Range(0, Math.Max(printed.Length - shown.Length + 1, 0))
                .Any(start => agree(printed[start..(start + shown.Length)], shown));
            Assert.IsTrue(found, $"{document} shows\n{block.Groups["text"].Value}\nbut the sample prints\n{output}");
        }
    }

    [GeneratedRegex("```text\n(?<text>.*?)```", RegexOptions.Singleline)]
    private static partial Regex TextBlock();

    [GeneratedRegex(@"-?\d+(\.\d+)?")]
    private static partial Regex Number();

    private static bool Agree(string printed, string shown) =>
        Words(printed) == Words(shown) &&
        Numbers(printed).Zip(Numbers(shown), (left, right) => Math.Abs(left - right) <= Tolerance * Math.Max(1, Math.Abs(right))).All(agrees => agrees);

    private static string Words(string line) => Number().Replace(line, "#");

    private static IEnumerable<double> Numbers(string line) => Number().Matches(line).Select(match => double.Parse(match.Value, CultureInfo.InvariantCulture));

    /// <summary>Lines that say something, with single blanks.</summary>
    private static string[] Lines(string text) =>
        [.. text.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).Where(line => line.Length > 0)];
}
