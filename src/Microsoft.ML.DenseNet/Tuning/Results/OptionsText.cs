using System.Reflection;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes options as the C# that makes them.</summary>
internal static class OptionsText
{
    /// <summary>Options that change nothing about a model, or are tuning's own affair.</summary>
    private static readonly HashSet<string> Ignored = new(StringComparer.Ordinal)
    {
        nameof(DenseNetOptions.Defaults), nameof(DenseNetOptions.Effort), nameof(DenseNetOptions.Observers), nameof(DenseNetOptions.Progress),
        nameof(DenseNetOptions.CancellationToken), nameof(DenseNetOptions.CheckpointDirectory), nameof(DenseNetOptions.CheckpointInterval),
        nameof(DenseNetOptions.Workers),
    };

    /// <summary>Returns an expression for options; what cannot be written as C# becomes a comment.</summary>
    /// <param name="options">The options.</param>
    /// <param name="defaults">Their defaults.</param>
    /// <param name="task">The task.</param>
    /// <param name="isIdentity">Whether to leave out what does not change a trial's result: the seed, which is recorded elsewhere, and the number of threads.</param>
    public static string Of(DenseNetOptions options, DenseNetDefaults defaults, LearningTask task, bool isIdentity = false)
    {
        var type = options.GetType();
        object plain = Activator.CreateInstance(type)!;
        var text = new StringBuilder($"new {type.DeclaringType!.Name}.{type.Name}\n{{\n");
        foreach (var (name, value, original) in Members(type, options, plain))
        {
            if (!Ignored.Contains(name) && !(isIdentity && name is nameof(DenseNetOptions.Seed) or nameof(DenseNetOptions.NumberOfThreads)))
                Write(text, 1, name, value, original);
        }

        WriteDefaults(text, defaults, task);
        return text.Append('}').ToString();
    }

    private static void WriteDefaults(StringBuilder text, DenseNetDefaults defaults, LearningTask task)
    {
        (string Code, DenseNetDefaults Value)[] bases =
        [
            ($"DenseNetDefaults.For(LearningTask.{task})", DenseNetDefaults.For(task)),
            ($"DenseNetDefaults.For(LearningTask.{task}, Effort.Quick)", DenseNetDefaults.For(task, Effort.Quick)),
            ($"DenseNetDefaults.For(LearningTask.{task}, Effort.Best)", DenseNetDefaults.For(task, Effort.Best)),
            ($"DenseNetDefaults.ForEnsemble(LearningTask.{task})", DenseNetDefaults.ForEnsemble(task)),
            ($"DenseNetDefaults.ForSparse(LearningTask.{task})", DenseNetDefaults.ForSparse(task)),
        ];
        var (code, nearest) = bases.MinBy(candidate => Members(typeof(DenseNetDefaults), defaults, candidate.Value).Count(member => !CSharpText.AreSame(member.Value, member.Original)));
        text.Append("    Defaults = ").Append(code);
        var changed = Members(typeof(DenseNetDefaults), defaults, nearest).Where(member => !CSharpText.AreSame(member.Value, member.Original)).ToList();
        if (changed.Count > 0)
        {
            text.Append(" with\n    {\n");
            foreach (var (name, value, original) in changed)
                Write(text, 2, name, value, original);
            text.Append("    }");
        }

        text.Append(",\n");
    }

    private static void Write(StringBuilder text, int level, string name, object? value, object? original)
    {
        if (CSharpText.AreSame(value, original))
            return;
        text.Append(' ', 4 * level);
        text.Append(CSharpText.Of(value) is { } code ? $"{name} = {code},\n" : $"// {name} is {CSharpText.Describe(value)}, as you set it.\n");
    }

    /// <summary>The public fields and properties that can be set, with their values in two objects, in the order of their names.</summary>
    private static IEnumerable<(string Name, object? Value, object? Original)> Members(Type type, object value, object original)
    {
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance;
        var fields = type.GetFields(Public).Select(field => (field.Name, field.GetValue(value), field.GetValue(original)));
        var properties = type.GetProperties(Public).Where(property => property.SetMethod is { IsPublic: true }).Select(property => (property.Name, property.GetValue(value), property.GetValue(original)));
        return fields.Concat(properties).OrderBy(member => member.Name, StringComparer.Ordinal);
    }
}
