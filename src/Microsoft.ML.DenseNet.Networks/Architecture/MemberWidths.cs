namespace Microsoft.ML.DenseNet;

/// <summary>Widths of layers that work on the members of an ensemble side by side.</summary>
internal static class MemberWidths
{
    /// <summary>Returns the width of one member's input, and of all members' outputs together.</summary>
    /// <exception cref="ArgumentException">The members cannot share the input evenly, or the output is too wide.</exception>
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
