using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.ML.DenseNet.Reporting;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Holds the tables of options and recipes, with their defaults, against the types that have them.</summary>
[TestClass]
public sealed partial class OptionListTests
{
    private const string Watching = "docs/watching-a-training.md";

    public static IEnumerable<object[]> Enumerations() =>
        new[] { typeof(DenseNetOptions), typeof(TrainingReport) }.SelectMany(type => type.Assembly.ExportedTypes).Where(type => type.IsEnum && type.DeclaringType is null)
            .Where(type => type != typeof(MeanKind) && type != typeof(MemberScaling)) // of layers that only trainers make
            .Select(type => new object[] { type });

    [TestMethod]
    [DataRow("docs/options.md", "option", typeof(DenseNetBinaryTrainer.Options), typeof(DenseNetMulticlassTrainer.Options), typeof(DenseNetRegressionTrainer.Options))]
    [DataRow("docs/tuning.md", "tuning option", typeof(DenseNetTuningOptions))]
    [DataRow("docs/contributions.md", "option", typeof(ExplanationOptions))]
    [DataRow(Watching, "`PictureOptions`", typeof(PictureOptions))]
    [DataRow(Watching, "`TrainingReportOptions`", typeof(TrainingReportOptions))]
    public void The_table_has_every_option_and_its_default(string page, string title, params Type[] holders)
    {
        var shown = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string[] row in MarkdownPage.Of(page).TableRows(title))
        {
            foreach (Match name in Code().Matches(row[0]))
                shown.Add(name.Groups["code"].Value, row[1]);
        }

        var real = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var holder in holders)
        {
            foreach (var (name, value) in Values(Activator.CreateInstance(holder)!))
                real[name] = DefaultText(value);
        }

        Assert.AreSequenceEqual(real.Keys.Order(StringComparer.Ordinal), shown.Keys.Order(StringComparer.Ordinal), $"{page}, table {title}");
        foreach (var (name, text) in real)
            Assert.IsTrue(shown[name] == text || shown[name].StartsWith($"{text}:", StringComparison.Ordinal), $"{page}: the default of {name} is {text}, not {shown[name]}.");
    }

    [TestMethod]
    public void The_table_of_recipes_has_every_number()
    {
        var rows = MarkdownPage.Of("docs/recipes-and-defaults.md").TableRows("setting of a recipe").ToDictionary(row => row[0].Trim('`'), StringComparer.Ordinal);
        var settings = typeof(DenseNetDefaults).GetProperties(BindingFlags.Public | BindingFlags.Instance);

        string[] wrong = [.. settings.Select(setting => (setting.Name, Expected: RecipeRow(setting)))
            .Where(setting => !rows.TryGetValue(setting.Name, out string[]? row) || !row.Skip(1).Take(3).SequenceEqual(setting.Expected))
            .Select(setting => $"| `{setting.Name}` | {string.Join(" | ", setting.Expected)} |")];

        Assert.IsEmpty(wrong, $"docs/recipes-and-defaults.md should have these rows:\n{string.Join('\n', wrong)}");
        Assert.HasCount(settings.Length, rows);
    }

    [TestMethod]
    [DynamicData(nameof(Enumerations))]
    public void Every_value_of_an_enumeration_is_explained(Type type)
    {
        string documentation = string.Concat(MarkdownPage.All.Where(page => page.Path.StartsWith("docs/", StringComparison.Ordinal)).Select(page => page.Text));
        string[] missing = [.. Enum.GetNames(type).Where(name => !documentation.Contains($"`{name}`", StringComparison.Ordinal))];
        Assert.IsEmpty(missing, $"docs/ does not say what {type.Name} {string.Join(", ", missing)} is.");
    }

    [TestMethod]
    public void Every_picture_and_every_call_of_an_observer_is_listed()
    {
        string page = MarkdownPage.Of(Watching).Text;
        var pictures = typeof(TrainingReport).Assembly.ExportedTypes.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static)).Where(method => method.ReturnType == typeof(Picture));
        var calls = typeof(TrainingObserver).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);

        string[] missing = [.. pictures.Concat(calls).Select(method => method.Name).Distinct().Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal))];
        Assert.IsEmpty(missing, $"{Watching} lacks {string.Join(", ", missing)}.");
    }

    [TestMethod]
    public void The_packages_of_libtorch_have_the_versions_that_messages_name()
    {
        var rows = MarkdownPage.Of("README.md").TableRows("machine that trains").ToArray();
        Assert.HasCount(7, rows);
        foreach (string[] row in rows)
            Assert.AreEqual(row[1].StartsWith("`libtorch", StringComparison.Ordinal) ? LibtorchPackage.Version : LibtorchPackage.TorchSharpVersion, row[2], row[1]);
    }

    /// <summary>Public instance properties and fields with their values.</summary>
    private static IEnumerable<(string Name, object? Value)> Values(object holder) =>
    [
        .. holder.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => (property.Name, property.GetValue(holder))),
        .. holder.GetType().GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => (field.Name, field.GetValue(holder))),
    ];

    private static string DefaultText(object? value) => value switch
    {
        null => "`null`",
        bool flag => flag ? "`true`" : "`false`",
        "" => "empty",
        string text => $"`{text}`",
        IEnumerable list => list.Cast<object>().Any() ? throw new NotSupportedException($"A default of {value}.") : "empty",
        CancellationToken => "`None`",
        TimeSpan span => $"`{span.ToString("c", CultureInfo.InvariantCulture)}`",
        _ => $"`{Convert.ToString(value, CultureInfo.InvariantCulture)}`",
    };

    /// <summary>A setting's cells: of <see cref="DenseNetDefaults.For"/>, <see cref="DenseNetDefaults.ForEnsemble"/> and <see cref="DenseNetDefaults.ForSparse"/>.</summary>
    private static string[] RecipeRow(PropertyInfo setting)
    {
        Func<LearningTask, DenseNetDefaults>[] recipes = [task => DenseNetDefaults.For(task), DenseNetDefaults.ForEnsemble, DenseNetDefaults.ForSparse];
        return [.. recipes.Select(recipe =>
        {
            string[] values = [.. Enum.GetValues<LearningTask>().Select(task => RecipeText(setting.GetValue(recipe(task))))];
            return values.Distinct().Count() == 1 ? values[0] : string.Join(" / ", values);
        })];
    }

    private static string RecipeText(object? value) => value switch
    {
        null => "none",
        bool flag => flag ? "yes" : "no",
        IReadOnlyList<int> units => string.Join(", ", units),
        double number => number >= 1e6 ? number.ToString("0.##e0", CultureInfo.InvariantCulture) : number.ToString(CultureInfo.InvariantCulture),
        float number => number.ToString(CultureInfo.InvariantCulture),
        PeriodicEmbeddingLayer layer => string.Create(CultureInfo.InvariantCulture, $"{layer.Frequencies} cosines, width {layer.Width}, deviation {layer.FrequencyDeviation}"),
        PiecewiseLinearEmbeddingLayer layer => $"{layer.Bins} bins, width {layer.Width}",
        Layer layer => layer.Kind,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex("`(?<code>[^`]+)`")]
    private static partial Regex Code();
}
