using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>A parameter of a search space that sets an option of the trainer or of its defaults.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">The type of its values: <see cref="int"/>, <see cref="double"/> or <see cref="string"/>.</param>
/// <param name="Apply">Sets the option.</param>
/// <param name="Read">The option's value without tuning; null if the parameter cannot express it.</param>
internal sealed record KnownParameter(string Name, Type Kind, Action<TrialSettings, object> Apply, Func<TrialSettings, object?> Read)
{
    /// <summary>All of them, in the order in which they are applied: an effort first, because it changes the others.</summary>
    public static IReadOnlyList<KnownParameter> All { get; } =
    [
        Text("Effort", (trial, value) => trial.SetEffort(value), trial => trial.Effort.ToString()),
        Whole("HiddenLayers", (trial, value) => trial.SetHidden(value, null), trial => trial.Defaults.HiddenUnits.Count),
        Whole("HiddenWidth", (trial, value) => trial.SetHidden(null, value), trial => trial.Defaults.HiddenUnits.Distinct().Count() == 1 ? trial.Defaults.HiddenUnits[0] : null),
        Text("Activation", (trial, value) => trial.Change(defaults => defaults with { Activation = TrialSettings.Activations[value] }), trial => TrialSettings.Activations.FirstOrDefault(item => item.Value == trial.Defaults.Activation).Key),
        Number("Dropout", (trial, value) => trial.Change(defaults => defaults with { Dropout = (float)value }), trial => (double)trial.Defaults.Dropout),
        Number("LearningRate", (trial, value) => trial.Change(defaults => defaults with { LearningRate = value }), trial => trial.Defaults.LearningRate),
        Number("WeightDecay", (trial, value) => trial.Change(defaults => defaults with { WeightDecay = value }), trial => trial.Defaults.WeightDecay),
        Number("SecondMomentDecay", (trial, value) => trial.Change(defaults => defaults with { SecondMomentDecay = value }), trial => trial.Defaults.SecondMomentDecay),
        Number("WeightAveraging", (trial, value) => trial.Change(defaults => defaults with { WeightAveraging = value }), trial => trial.Defaults.WeightAveraging),
        Number("LabelSmoothing", (trial, value) => trial.Change(defaults => defaults with { LabelSmoothing = value }), trial => trial.Defaults.LabelSmoothing),
        Whole("BatchSize", (trial, value) => trial.Change(defaults => defaults with { BatchSize = value }), trial => trial.Defaults.BatchSize),
        Whole("Frequencies", (trial, value) => trial.SetCosines(value, null, null), trial => trial.Defaults.NumberEmbedding?.Frequencies ?? 0),
        Whole("NumberWidth", (trial, value) => trial.SetCosines(null, value, null), trial => trial.Defaults.NumberEmbedding?.Width),
        Number("FrequencyDeviation", (trial, value) => trial.SetCosines(null, null, (float)value), trial => (double?)trial.Defaults.NumberEmbedding?.FrequencyDeviation),
        Whole("Bins", (trial, value) => trial.SetBins(value, null), trial => trial.Defaults.NumberBins?.Bins ?? 0),
        Whole("BinWidth", (trial, value) => trial.SetBins(null, value), trial => trial.Defaults.NumberBins?.Width),
        Whole("CategoryWidth", (trial, value) => trial.Change(defaults => defaults with { CategoryWidth = value }), trial => trial.Defaults.CategoryWidth),
        Whole("MaximumOneHotSlots", (trial, value) => trial.Change(defaults => defaults with { MaximumOneHotSlots = value }), trial => trial.Defaults.MaximumOneHotSlots),
        Text("Optimizer", (trial, value) => trial.Options.Optimizer = TrialSettings.Optimizers[value](), trial => trial.Options.Optimizer is null ? "AdamW" : null),
        Number("OptimizerLearningRate", (trial, value) => trial.Options.LearningRate = value, trial => trial.Options.LearningRate),
    ];

    /// <summary>Finds one by its name; null for a user's own parameter.</summary>
    public static KnownParameter? Find(string name) => All.FirstOrDefault(known => known.Name == name);

    /// <summary>Sets the options of a trial.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="values">Its values; those of users' own parameters are passed over.</param>
    public static void ApplyAll(TrialSettings trial, IReadOnlyDictionary<string, object> values)
    {
        foreach (var known in All)
        {
            if (values.TryGetValue(known.Name, out object? value))
                known.Apply(trial, value);
        }
    }

    /// <summary>Refuses values of another type, and those that the option refuses.</summary>
    /// <exception cref="ArgumentException">They are.</exception>
    public void Check(IEnumerable<object> values, LearningTask task)
    {
        foreach (object value in values)
        {
            if (value.GetType() != Kind && !(Kind == typeof(double) && value is int))
                throw new ArgumentException($"Parameter '{Name}' has the value {TuningValue.ToText(value)}, but the option needs {(Kind == typeof(string) ? "a text" : Kind == typeof(int) ? "whole numbers" : "numbers")}.");
            try
            {
                var trial = new TrialSettings(OptionsOf(task), DenseNetDefaults.For(task));
                Apply(trial, value);
                trial.Defaults.Validate();
                trial.Options.Validate(task);
            }
            catch (KeyNotFoundException)
            {
                throw new ArgumentException($"Parameter '{Name}' has the value {TuningValue.ToText(value)}, which is not one of {string.Join(", ", TrialSettings.NamesOf(Name))}.");
            }
            catch (ArgumentException failure)
            {
                throw new ArgumentException($"Parameter '{Name}' has the value {TuningValue.ToText(value)}, which the option refuses: {failure.Message}", failure);
            }
        }
    }

    private static DenseNetOptions OptionsOf(LearningTask task) => task switch
    {
        LearningTask.BinaryClassification => new DenseNetBinaryTrainer.Options(),
        LearningTask.MulticlassClassification => new DenseNetMulticlassTrainer.Options(),
        _ => new DenseNetRegressionTrainer.Options(),
    };

    private static KnownParameter Number(string name, Action<TrialSettings, double> apply, Func<TrialSettings, double?> read) =>
        new(name, typeof(double), (trial, value) => apply(trial, Convert.ToDouble(value, CultureInfo.InvariantCulture)), trial => read(trial));

    private static KnownParameter Whole(string name, Action<TrialSettings, int> apply, Func<TrialSettings, int?> read) =>
        new(name, typeof(int), (trial, value) => apply(trial, (int)value), trial => read(trial));

    private static KnownParameter Text(string name, Action<TrialSettings, string> apply, Func<TrialSettings, string?> read) =>
        new(name, typeof(string), (trial, value) => apply(trial, (string)value), read);
}
