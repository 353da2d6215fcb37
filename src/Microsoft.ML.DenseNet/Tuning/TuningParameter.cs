using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// One dimension of a <see cref="TuningSpace"/>: a name and the values to try. Names that <see cref="TuningSpace.KnownNames"/> lists set an
/// option of the trainer; any other is read by <see cref="DenseNetTuningOptions.Preprocess"/>. Immutable.
/// </summary>
public sealed class TuningParameter
{
    private const double MaximumNumber = 1e100;
    private const int MaximumWholeNumber = 1 << 30, MaximumChoices = 1000;

    private TuningParameter(string name, TuningParameterKind kind, double minimum, double maximum, IReadOnlyList<object> choices)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        StorableText.Check(name, nameof(name));
        (Name, Kind, Minimum, Maximum, Choices) = (name, kind, minimum, maximum, choices);
        Default = kind == TuningParameterKind.Choice ? choices[0] : FromPoint((Lower + Upper) / 2);
    }

    private TuningParameter(TuningParameter other)
    {
        (Name, Kind, Minimum, Maximum, Choices) = (other.Name, other.Kind, other.Minimum, other.Maximum, other.Choices);
        (Default, ConditionName, ConditionValues) = (other.Default, other.ConditionName, other.ConditionValues);
    }

    /// <summary>The name, by which <see cref="TuningValues"/> are read.</summary>
    public string Name { get; }

    /// <summary>How values are distributed.</summary>
    public TuningParameterKind Kind { get; }

    /// <summary>The smallest value; 0 for a choice.</summary>
    public double Minimum { get; }

    /// <summary>The largest value; 0 for a choice.</summary>
    public double Maximum { get; }

    /// <summary>The values of a choice; otherwise empty.</summary>
    public IReadOnlyList<object> Choices { get; }

    /// <summary>
    /// The value in the first trial, for a parameter that is not an option of the trainer: the first choice or the middle of the range,
    /// unless <see cref="WithDefault"/> sets it. Options have the values that they have without tuning.
    /// </summary>
    public object Default { get; private init; }

    /// <summary>The parameter that this one depends on; null for none. See <see cref="When"/>.</summary>
    public string? ConditionName { get; private init; }

    /// <summary>The values of <see cref="ConditionName"/> with which this parameter exists.</summary>
    public IReadOnlyList<object> ConditionValues { get; private init; } = [];

    /// <summary>The range of <see cref="ToPoint"/>, for all kinds but choices. A whole number has the range that is rounded to it.</summary>
    internal double Lower => Kind switch
    {
        TuningParameterKind.Uniform => Minimum,
        TuningParameterKind.LogUniform => Math.Log(Minimum),
        TuningParameterKind.WholeNumber => Minimum - 0.5,
        TuningParameterKind.LogWholeNumber => Math.Log(Minimum - 0.5),
        _ => 0,
    };

    /// <inheritdoc cref="Lower"/>
    internal double Upper => Kind switch
    {
        TuningParameterKind.Uniform => Maximum,
        TuningParameterKind.LogUniform => Math.Log(Maximum),
        TuningParameterKind.WholeNumber => Maximum + 0.5,
        TuningParameterKind.LogWholeNumber => Math.Log(Maximum + 0.5),
        _ => Choices.Count,
    };

    /// <summary>Creates a parameter of numbers.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="minimum">The smallest value, from -1e100.</param>
    /// <param name="maximum">The largest value, to 1e100; above <paramref name="minimum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or too large.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static TuningParameter Uniform(string name, double minimum, double maximum)
    {
        Guard.InRange(minimum, -MaximumNumber, MaximumNumber, nameof(minimum));
        Guard.InRange(maximum, -MaximumNumber, MaximumNumber, nameof(maximum));
        Guard.Below(minimum, maximum, nameof(minimum), nameof(maximum));
        return new TuningParameter(name, TuningParameterKind.Uniform, minimum, maximum, []);
    }

    /// <summary>Creates a parameter of numbers whose orders of magnitude are equally likely.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="minimum">The smallest value; above 0.</param>
    /// <param name="maximum">The largest value; finite, above <paramref name="minimum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or not above 0.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static TuningParameter LogUniform(string name, double minimum, double maximum)
    {
        Guard.Positive(minimum, nameof(minimum));
        Guard.Positive(maximum, nameof(maximum));
        Guard.Below(minimum, maximum, nameof(minimum), nameof(maximum));
        return new TuningParameter(name, TuningParameterKind.LogUniform, minimum, maximum, []);
    }

    /// <summary>Creates a parameter of whole numbers.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="minimum">The smallest value, from -1,073,741,824.</param>
    /// <param name="maximum">The largest value, to 1,073,741,824; above <paramref name="minimum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty or too large.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static TuningParameter WholeNumber(string name, int minimum, int maximum) =>
        OfWholeNumbers(name, TuningParameterKind.WholeNumber, -MaximumWholeNumber, minimum, maximum);

    /// <summary>Creates a parameter of whole numbers whose orders of magnitude are equally likely.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="minimum">The smallest value; at least 1.</param>
    /// <param name="maximum">The largest value, to 1,073,741,824; above <paramref name="minimum"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range is empty, begins below 1 or is too large.</exception>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static TuningParameter LogWholeNumber(string name, int minimum, int maximum) =>
        OfWholeNumbers(name, TuningParameterKind.LogWholeNumber, 1, minimum, maximum);

    /// <summary>Creates a parameter with a few values.</summary>
    /// <param name="name">The name; not empty.</param>
    /// <param name="choices">The values, from 1 to 1000 of them and none twice: texts, <see cref="bool"/>, <see cref="int"/> or finite <see cref="double"/>.</param>
    /// <exception cref="ArgumentException">There is no choice, one is of another type or not finite, one is there twice, or the name is empty.</exception>
    public static TuningParameter Choice(string name, params IReadOnlyList<object> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count is 0 or > MaximumChoices)
            throw new ArgumentException($"Parameter '{name}' has {choices.Count} choices; it must have from 1 to {MaximumChoices}.", nameof(choices));
        object[] values = [.. choices.Select(choice => Checked(name, choice))];
        for (int i = 0; i < values.Length; i++)
        {
            if (values.Take(i).Contains(values[i]))
                throw new ArgumentException($"Parameter '{name}' has the choice {TuningValue.ToText(values[i])} twice: name each once.", nameof(choices));
        }

        return new TuningParameter(name, TuningParameterKind.Choice, 0, 0, Array.AsReadOnly(values));
    }

    /// <summary>Returns the same parameter with another value in the first trial; see <see cref="Default"/>.</summary>
    /// <param name="value">A value of the parameter.</param>
    /// <exception cref="ArgumentException">The parameter does not have that value.</exception>
    public TuningParameter WithDefault(object value) => new(this) { Default = Fitting(value, nameof(value)) };

    /// <summary>Returns the same parameter, existing only in trials in which another parameter exists and has one of some values.</summary>
    /// <param name="parameter">The name of the other parameter, which must come before this one in the space.</param>
    /// <param name="values">Its values; at least one.</param>
    /// <exception cref="ArgumentException">There are no values, or the parameter would depend on itself.</exception>
    public TuningParameter When(string parameter, params IReadOnlyList<object> values)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(parameter);
        ArgumentNullException.ThrowIfNull(values);
        if (parameter == Name)
            throw new ArgumentException($"Parameter '{Name}' would depend on itself: name another parameter.", nameof(parameter));
        if (values.Count == 0)
            throw new ArgumentException($"Parameter '{Name}' depends on '{parameter}', but no value of it is named: name those with which it exists.", nameof(values));
        return new TuningParameter(this) { ConditionName = parameter, ConditionValues = Array.AsReadOnly([.. values.Select(value => Checked(parameter, value))]) };
    }

    /// <summary>The parameter with its values, for example <c>Dropout: uniform from 0 to 0.5</c>.</summary>
    public override string ToString()
    {
        string range = string.Create(CultureInfo.InvariantCulture, $"from {Minimum} to {Maximum}");
        string text = Kind switch
        {
            TuningParameterKind.Uniform => $"uniform {range}",
            TuningParameterKind.LogUniform => $"log-uniform {range}",
            TuningParameterKind.WholeNumber => $"whole numbers {range}",
            TuningParameterKind.LogWholeNumber => $"log-uniform whole numbers {range}",
            _ => $"one of {string.Join(", ", Choices.Select(TuningValue.ToText))}",
        };
        return $"{Name}: {text}{(ConditionName is null ? "" : $" when {ConditionName} is {string.Join(" or ", ConditionValues.Select(TuningValue.ToText))}")}";
    }

    /// <summary>Whether the parameter exists in a trial, given the values of those before it.</summary>
    internal bool Exists(IReadOnlyDictionary<string, object> values) =>
        ConditionName is null || (values.TryGetValue(ConditionName, out object? value) && ConditionValues.Contains(value));

    /// <summary>Where a value is on the scale on which values are uniform; the index of a choice.</summary>
    internal double ToPoint(object value) => Kind switch
    {
        TuningParameterKind.Choice => Choices.ToList().IndexOf(value),
        TuningParameterKind.LogUniform or TuningParameterKind.LogWholeNumber => Math.Clamp(Math.Log(Convert.ToDouble(value, CultureInfo.InvariantCulture)), Lower, Upper),
        _ => Math.Clamp(Convert.ToDouble(value, CultureInfo.InvariantCulture), Lower, Upper),
    };

    /// <summary>The value at a point.</summary>
    internal object FromPoint(double point) => Kind switch
    {
        TuningParameterKind.Uniform => Math.Clamp(point, Minimum, Maximum),
        TuningParameterKind.LogUniform => Math.Clamp(Math.Exp(point), Minimum, Maximum),
        TuningParameterKind.WholeNumber => (int)Math.Clamp(Math.Round(point), Minimum, Maximum),
        TuningParameterKind.LogWholeNumber => (int)Math.Clamp(Math.Round(Math.Exp(point)), Minimum, Maximum),
        _ => Choices[(int)Math.Clamp(point, 0, Choices.Count - 1)],
    };

    /// <summary>The points whose value is that of a point, for whole numbers.</summary>
    internal (double From, double To) CellOf(double point)
    {
        int value = (int)FromPoint(point);
        return Kind == TuningParameterKind.LogWholeNumber ? (Math.Log(value - 0.5), Math.Log(value + 0.5)) : (value - 0.5, value + 0.5);
    }

    /// <summary>Returns a value in the parameter's own type; refuses one that the parameter does not have.</summary>
    internal object Fitting(object value, string argument) =>
        Found(value) ?? throw new ArgumentException($"{TuningValue.ToText(value)} is not a value of parameter '{this}'.", argument);

    /// <summary>Whether the parameter has a value.</summary>
    internal bool Has(object value) => Found(value) is not null;

    private object? Found(object value) => Kind switch
    {
        TuningParameterKind.Choice => Choices.FirstOrDefault(choice => choice.Equals(value)),
        TuningParameterKind.Uniform or TuningParameterKind.LogUniform => value is double or float or int && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var number && number >= Minimum && number <= Maximum ? number : null,
        _ => value is int whole && whole >= Minimum && whole <= Maximum ? whole : null,
    };

    private static TuningParameter OfWholeNumbers(string name, TuningParameterKind kind, int lowest, int minimum, int maximum)
    {
        Guard.InRange(minimum, lowest, MaximumWholeNumber, nameof(minimum));
        Guard.InRange(maximum, lowest, MaximumWholeNumber, nameof(maximum));
        Guard.Below(minimum, maximum, nameof(minimum), nameof(maximum));
        return new TuningParameter(name, kind, minimum, maximum, []);
    }

    private static object Checked(string name, object value) => value switch
    {
        string text when StorableText.IsStorable(text) => value,
        bool or int => value,
        double number when double.IsFinite(number) => value,
        float number when float.IsFinite(number) => (double)number,
        _ => throw new ArgumentException($"Parameter '{name}' has the value {TuningValue.ToText(value)}, but values are texts, Booleans, whole numbers (int) or finite numbers (double)."),
    };
}
