namespace Microsoft.ML.DenseNet;

/// <summary>Widths of layers that work on the members of an ensemble side by side.</summary>
internal static class MemberWidths
{
    /// <summary>The width of a member's input, and that of all members' outputs.</summary>
    /// <exception cref="ArgumentException">The input is not that of so many members, or the output too wide.</exception>
    public static (int Inputs, int OutputWidth) Of(Layer layer, int members, int units, int inputWidth, string path)
    {
        if (inputWidth % members != 0)
            throw new ArgumentException($"Layer '{path}' ({layer}) reads {inputWidth} units, which {members} members cannot share evenly: put Repeat({members}) in front.");
        long outputWidth = (long)members * units;
        if (outputWidth > Layer.MaximumUnits)
            throw new ArgumentException($"Layer '{path}' ({layer}) would be {outputWidth} wide; at most {Layer.MaximumUnits} units are accepted.");
        return (inputWidth / members, (int)outputWidth);
    }
}
