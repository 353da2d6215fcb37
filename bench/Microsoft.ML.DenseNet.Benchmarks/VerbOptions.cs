namespace Microsoft.ML.DenseNet.Benchmarks;

/// <summary>The options of a verb: names, each followed by its value.</summary>
internal static class VerbOptions
{
    /// <summary>Returns the values by the options' names.</summary>
    /// <param name="args">The arguments after the verb.</param>
    /// <param name="names">The options that the verb has.</param>
    /// <exception cref="UsageException">An option is unknown, lacks its value or is given twice.</exception>
    public static Dictionary<string, string> Parse(string[] args, params string[] names)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < args.Length; i += 2)
        {
            if (!names.Contains(args[i]))
                throw new UsageException($"There is no option '{args[i]}'.");
            if (i + 1 == args.Length)
                throw new UsageException($"'{args[i]}' lacks its value.");
            if (!values.TryAdd(args[i], args[i + 1]))
                throw new UsageException($"'{args[i]}' is given twice.");
        }

        return values;
    }
}
