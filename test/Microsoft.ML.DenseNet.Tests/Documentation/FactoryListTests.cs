using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Holds the tables of layers, losses, optimizers, schedules and devices against the members that make them.</summary>
[TestClass]
public sealed partial class FactoryListTests
{
    private const string Training = "docs/training.md";

    [TestMethod]
    [DataRow("docs/networks.md", "layer", typeof(Layer), typeof(Layer))]
    [DataRow(Training, "loss", typeof(Losses), typeof(Loss))]
    [DataRow(Training, "optimizer", typeof(Optimizers), typeof(Optimizer))]
    [DataRow(Training, "schedule", typeof(Schedules), typeof(Schedule))]
    [DataRow("docs/devices.md", "`Device`", typeof(DenseNetDevice), typeof(DenseNetDevice))]
    public void The_table_has_every_member_with_its_parameters_and_their_defaults(string page, string title, Type factory, Type made)
    {
        var members = Members(factory, made);
        var rows = MarkdownPage.Of(page).TableRows(title).Select(row => Signature().Match(row[0])).ToArray();

        Assert.AreSequenceEqual(members.Select(member => member.Name).Order(StringComparer.Ordinal), rows.Select(row => row.Groups["name"].Value).Order(StringComparer.Ordinal), $"{page}, table '{title}'");
        foreach (var row in rows)
        {
            var member = members.Single(member => member.Name == row.Groups["name"].Value);
            var parameters = (member as MethodInfo)?.GetParameters() ?? [];
            string[] shown = [.. row.Groups["parameter"].Captures.Select(parameter => parameter.Value)];
            Assert.AreEqual(member is MethodInfo, row.Value.Contains('('), $"{page}: {row.Value}");
            Assert.HasCount(parameters.Length, shown, $"{page}: {row.Value}");
            foreach (var (parameter, text) in parameters.Zip(shown))
                AssertShows(parameter, text, $"{page}: {row.Value} should have {Text(parameter)}");
        }
    }

    [TestMethod]
    public void The_table_of_optimizers_has_their_learning_rate_and_weight_decay()
    {
        foreach (string[] row in MarkdownPage.Of(Training).TableRows("optimizer"))
        {
            var optimizer = Make<Optimizer>(typeof(Optimizers), row[0], (IReadOnlyList<TorchSharp.Modules.Parameter> parameters, double rate, double decay) => torch.optim.SGD(parameters, rate));
            Assert.AreEqual(optimizer.DefaultLearningRate, double.Parse(row[1], CultureInfo.InvariantCulture), row[0]);
            Assert.AreEqual(optimizer.HasWeightDecay ? optimizer.DefaultWeightDecay.ToString(CultureInfo.InvariantCulture) : "none", row[2].Split(',')[0], row[0]);
        }
    }

    [TestMethod]
    public void The_table_of_losses_has_their_tasks()
    {
        foreach (string[] row in MarkdownPage.Of(Training).TableRows("loss"))
        {
            var loss = Make<Loss>(typeof(Losses), row[0], (torch.Tensor outputs, torch.Tensor targets) => outputs - targets);
            string tasks = string.Join('+', Enum.GetValues<LearningTask>().Where(loss.Fits));
            string expected = row[1].Split(' ', ',')[0] switch
            {
                "binary" => "BinaryClassification",
                "multiclass" => "MulticlassClassification",
                "classes" => "BinaryClassification+MulticlassClassification",
                "regression" => "Regression",
                _ => string.Join('+', Enum.GetValues<LearningTask>()),
            };
            Assert.AreEqual(expected, tasks, row[0]);
        }
    }

    /// <summary>The public static members that make something, inherited ones left out.</summary>
    private static MemberInfo[] Members(Type factory, Type made)
    {
        const BindingFlags Factories = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return
        [
            .. factory.GetProperties(Factories).Where(property => property.PropertyType == made),
            .. factory.GetMethods(Factories).Where(method => !method.IsSpecialName && method.ReturnType == made),
        ];
    }

    private static readonly double[] Quantiles = [0.1, 0.5, 0.9];

    /// <summary>Calls the method that a cell names with its defaults; a custom one with a function.</summary>
    private static T Make<T>(Type factory, string cell, Delegate custom)
    {
        var method = Members(factory, typeof(T)).OfType<MethodInfo>().Single(method => method.Name == Signature().Match(cell).Groups["name"].Value);
        return (T)method.Invoke(null, [.. method.GetParameters().Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : parameter.ParameterType == typeof(double[]) ? Quantiles : Converted(custom, parameter.ParameterType))])!;
    }

    private static Delegate Converted(Delegate function, Type type) => Delegate.CreateDelegate(type, function.Target, function.Method);

    private static void AssertShows(ParameterInfo parameter, string text, string message)
    {
        string[] parts = text.Split(" = ");
        Assert.AreEqual(parameter.Name, parts[0], message);
        Assert.AreEqual(parameter.HasDefaultValue, parts.Length == 2, message);
        if (parameter.DefaultValue is float or double or int && parameter.HasDefaultValue)
            Assert.AreEqual(Convert.ToDouble(parameter.DefaultValue, CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture), 1e-7 * Math.Abs(double.Parse(parts[1], CultureInfo.InvariantCulture)), message);
        else if (parameter.HasDefaultValue)
            Assert.AreEqual(DefaultText(parameter), parts[1], message);
    }

    private static string Text(ParameterInfo parameter) => parameter.HasDefaultValue ? $"{parameter.Name} = {DefaultText(parameter)}" : parameter.Name!;

    private static string DefaultText(ParameterInfo parameter) => parameter.DefaultValue switch
    {
        null => "null",
        bool value => value ? "true" : "false",
        string value => $"\"{value}\"",
        var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>A member as a table shows it: its name, and in parentheses its parameters.</summary>
    [GeneratedRegex(@"^`(?<name>\w+)(?:\((?:(?<parameter>[^,)]+)(?:, )?)*\))?`$")]
    private static partial Regex Signature();
}
