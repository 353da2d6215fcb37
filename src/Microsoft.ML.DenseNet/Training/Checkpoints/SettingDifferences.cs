namespace Microsoft.ML.DenseNet;

/// <summary>Says how two lists of settings differ.</summary>
internal static class SettingDifferences
{
    /// <summary>How many differences a message names; more would hide what matters.</summary>
    private const int MostNamed = 3;

    /// <summary>Returns the differences as text; null if there are none.</summary>
    /// <param name="there">The settings of one.</param>
    /// <param name="here">Those of the other.</param>
    /// <param name="describe">Describes a difference: the name, and the values there and here.</param>
    /// <param name="first">Other differences, which are named first.</param>
    public static string? Of(IReadOnlyList<TrainingSetting> there, IReadOnlyList<TrainingSetting> here, Func<string, string, string, string> describe, IEnumerable<string> first)
    {
        if (!there.Select(setting => setting.Name).SequenceEqual(here.Select(setting => setting.Name)))
            return "it was written by another version of the package";
        string[] differences = [.. first, .. there.Zip(here).Where(pair => pair.First != pair.Second).Select(pair => describe(pair.First.Name, pair.First.Value, pair.Second.Value))];
        if (differences.Length == 0)
            return null;
        string more = differences.Length > MostNamed ? $"; and {differences.Length - MostNamed} more" : "";
        return string.Join("; ", differences.Take(MostNamed)) + more;
    }
}
