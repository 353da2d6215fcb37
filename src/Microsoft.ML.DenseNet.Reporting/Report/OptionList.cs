using System.Collections;
using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A trainer's options as text.</summary>
internal static class OptionList
{
    /// <summary>Options for how the training is run and observed, which do not affect the result.</summary>
    private static readonly string[] LeftOut =
    [
        nameof(DenseNetOptions.Progress), nameof(DenseNetOptions.Observers), nameof(DenseNetOptions.CancellationToken), nameof(DenseNetOptions.CheckpointDirectory), nameof(DenseNetOptions.CheckpointInterval),
    ];

    /// <summary>Each option's name and value, and whether the value is the default.</summary>
    public static IReadOnlyList<(string Name, string Value, bool IsDefault)> Of(DenseNetOptions options)
    {
        var type = options.GetType();
        object defaults = Activator.CreateInstance(type)!;
        var members = type.GetProperties().Where(property => property.CanRead && property.GetIndexParameters().Length == 0).Cast<MemberInfo>().Concat(type.GetFields());
        return [.. members
            .Where(member => !LeftOut.Contains(member.Name) && member is not FieldInfo { IsStatic: true })
            .OrderBy(member => member.Name, StringComparer.Ordinal)
            .Select(member => (member.Name, Value: Text(Get(member, options)), IsDefault: Text(Get(member, options)) == Text(Get(member, defaults))))];
    }

    private static object? Get(MemberInfo member, object target) => member is PropertyInfo property ? property.GetValue(target) : ((FieldInfo)member).GetValue(target);

    private static string Text(object? value) => value switch
    {
        null => "not set",
        DenseNetOptions.FullBatch => "all rows",
        string text => text,
        bool flag => flag ? "on" : "off",
        IEnumerable list => string.Join(", ", list.Cast<object?>().Select(Text)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
