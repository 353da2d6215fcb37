using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>The trials as a table: as text with commas, and as an <see cref="IDataView"/>.</summary>
internal static class TrialTable
{
    /// <summary>Returns the table as text with commas, a line for each trial, after a line with the names.</summary>
    public static string ToCsv(IReadOnlyList<TuningTrial> trials)
    {
        string[] names = ValueNames(trials);
        var text = new StringBuilder();
        Line(["Trial", "State", "Metric", "Networks", "Work", "Seconds", .. names, "Reason"]);
        foreach (var trial in trials)
        {
            Line([
                Text(trial.Number), trial.State.ToString(), Text(trial.Metric), Text(trial.Networks), Text(trial.Work), Text(trial.Seconds),
                .. names.Select(name => trial.Values.TryGetValue(name, out object? value) ? Text(value) : ""),
                trial.Reason ?? "",
            ]);
        }

        return text.ToString();

        void Line(IEnumerable<string> fields) => text.Append(string.Join(',', fields.Select(Quoted))).Append('\n');
    }

    /// <summary>Returns the table as data; a value that a trial does not have is NaN or empty.</summary>
    public static IDataView ToDataView(IHostEnvironment environment, IReadOnlyList<TuningTrial> trials)
    {
        var table = new ArrayDataViewBuilder(environment);
        table.AddColumn("Trial", NumberDataViewType.Int32, [.. trials.Select(trial => trial.Number)]);
        AddText("State", trial => trial.State.ToString());
        AddNumber("Metric", trial => trial.Metric);
        table.AddColumn("Networks", NumberDataViewType.Int32, [.. trials.Select(trial => trial.Networks)]);
        AddNumber("Work", trial => trial.Work);
        AddNumber("Seconds", trial => trial.Seconds);
        foreach (string name in ValueNames(trials))
        {
            bool isNumber = trials.All(trial => !trial.Values.TryGetValue(name, out object? value) || value is int or double);
            if (isNumber)
                AddNumber(name, trial => trial.Values.TryGetValue(name, out object? value) ? Convert.ToDouble(value, CultureInfo.InvariantCulture) : double.NaN);
            else
                AddText(name, trial => trial.Values.TryGetValue(name, out object? value) ? Text(value) : "");
        }

        AddText("Reason", trial => trial.Reason ?? "");
        return table.GetDataView();

        void AddNumber(string name, Func<TuningTrial, double> value) => table.AddColumn(name, NumberDataViewType.Double, [.. trials.Select(value)]);
        void AddText(string name, Func<TuningTrial, string> value) => table.AddColumn(name, [.. trials.Select(value)]);
    }

    private static string[] ValueNames(IReadOnlyList<TuningTrial> trials) => [.. trials.SelectMany(trial => trial.Values.Names).Distinct(StringComparer.Ordinal)];

    private static string Text(object value) => value is IFormattable number ? number.ToString(null, CultureInfo.InvariantCulture) : value.ToString() ?? "";

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
