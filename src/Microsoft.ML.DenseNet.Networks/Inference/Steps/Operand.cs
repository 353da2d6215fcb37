namespace Microsoft.ML.DenseNet;

/// <summary>Columns of a scratch buffer, or of the features, that a step reads or writes.</summary>
/// <param name="Buffer">The buffer's number, or <see cref="Features"/>.</param>
/// <param name="Column">The first column.</param>
/// <param name="Width">The number of columns.</param>
internal readonly record struct Operand(int Buffer, int Column, int Width)
{
    /// <summary>The rows that the caller passed in; read-only, and without space after the last row.</summary>
    public const int Features = -1;

    /// <summary>Returns some of the columns.</summary>
    public Operand Slice(int column, int width) => new(Buffer, Column + column, width);

    public override string ToString() => Buffer == Features ? $"x[{Column}..{Column + Width}]" : $"t{Buffer}[{Column}..{Column + Width}]";
}
