using System.Globalization;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Where a text of an SVG lies.</summary>
internal sealed partial record TextBox(string Text, SKRect Area)
{
    public static TextBox Of(SvgText text)
    {
        // Letters reach from the base line to the height of capitals; the few pixels that descend are left out.
        var run = new SKRect(text.Xs[0], text.Y - 0.73f * text.Size, text.Xs[0] + text.Length, text.Y);
        return new TextBox(text.Text, Matrix(text.Transform).MapRect(run));
    }

    /// <summary>The size of the text's font as drawn.</summary>
    public static float SizeOf(SvgText text)
    {
        var matrix = Matrix(text.Transform);
        return text.Size * MathF.Sqrt(MathF.Abs(matrix.ScaleX * matrix.ScaleY - matrix.SkewX * matrix.SkewY));
    }

    private static SKMatrix Matrix(string transform)
    {
        var matrix = SKMatrix.Identity;
        foreach (Match step in Step().Matches(transform))
        {
            float[] numbers = [.. step.Groups[2].Value.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries).Select(number => float.Parse(number, CultureInfo.InvariantCulture))];
            matrix = matrix.PreConcat(step.Groups[1].Value switch
            {
                "translate" => SKMatrix.CreateTranslation(numbers[0], numbers.Length > 1 ? numbers[1] : 0),
                "scale" => SKMatrix.CreateScale(numbers[0], numbers.Length > 1 ? numbers[1] : numbers[0]),
                "rotate" => SKMatrix.CreateRotationDegrees(numbers[0]),
                "matrix" => new SKMatrix(numbers[0], numbers[2], numbers[4], numbers[1], numbers[3], numbers[5], 0, 0, 1),
                var other => throw new NotSupportedException(other),
            });
        }

        return matrix;
    }

    [GeneratedRegex(@"(\w+)\(([^)]*)\)")]
    private static partial Regex Step();
}
