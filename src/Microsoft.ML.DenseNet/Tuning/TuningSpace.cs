namespace Microsoft.ML.DenseNet;

/// <summary>What <c>TuneDenseNet</c> searches: a list of parameters. Immutable; <see cref="With"/>, <see cref="Without"/> and <see cref="Fix"/> return changed copies.</summary>
/// <remarks>
/// A parameter with one of the <see cref="KnownNames"/> sets the option of that name in <see cref="DenseNetDefaults"/> or
/// <see cref="DenseNetOptions"/>: HiddenLayers and HiddenWidth together <see cref="DenseNetDefaults.HiddenUnits"/>; Frequencies (0 for none),
/// NumberWidth and FrequencyDeviation the <see cref="DenseNetDefaults.NumberEmbedding"/>; Bins (0 for none) and BinWidth the
/// <see cref="DenseNetDefaults.NumberBins"/>; OptimizerLearningRate <see cref="DenseNetOptions.LearningRate"/>, for an Optimizer other than
/// AdamW. Parameters with other names are for <see cref="DenseNetTuningOptions.Preprocess"/>.
/// </remarks>
public sealed class TuningSpace
{
    private const int MaximumParameters = 100;

    private readonly OrderedDictionary<string, object> _fixed;

    private TuningSpace(IEnumerable<TuningParameter> parameters, IEnumerable<KeyValuePair<string, object>> values)
    {
        Parameters = Array.AsReadOnly([.. parameters]);
        _fixed = new OrderedDictionary<string, object>(values, StringComparer.Ordinal);
    }

    /// <summary>A space without parameters, to add your own to.</summary>
    public static TuningSpace Empty { get; } = new([], []);

    /// <summary>The names of parameters that set an option of the trainer.</summary>
    public static IReadOnlyList<string> KnownNames { get; } = Array.AsReadOnly([.. KnownParameter.All.Select(known => known.Name)]);

    /// <summary>The parameters that are searched.</summary>
    public IReadOnlyList<TuningParameter> Parameters { get; }

    /// <summary>The values that <see cref="Fix"/> set, by parameter.</summary>
    public IReadOnlyDictionary<string, object> FixedValues => _fixed;

    /// <summary>Returns the space for a task's default network.</summary>
    /// <remarks>
    /// Ranges are those of pytabkit's <c>tabarena-new</c> (RealMLP, version 1.7) where it has the parameter: layers, dropout, learning rate
    /// and weight decay (both in our units, a sixteenth and sixteen times theirs), and the treatment of categories. Ours: widths from 64 to
    /// 256, around our default of 128; a narrower range of the frequencies' deviation; bins and batch sizes. Left out: parameters that
    /// a few dozen trials cannot settle.
    /// </remarks>
    /// <param name="task">What is predicted.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="task"/> is not one of its values.</exception>
    public static TuningSpace For(LearningTask task)
    {
        Guard.Defined(task, nameof(task));
        var parameters = new List<TuningParameter>
        {
            TuningParameter.WholeNumber("HiddenLayers", 2, 4),
            TuningParameter.Choice("HiddenWidth", 64, 96, 128, 192, 256),
            TuningParameter.Choice("Activation", "SELU", "Mish"),
            TuningParameter.Uniform("Dropout", 0, 0.5),
            TuningParameter.LogUniform("LearningRate", 0.02 / 16, 0.3 / 16),
            TuningParameter.LogUniform("WeightDecay", 0.001 * 16, 0.05 * 16),
            TuningParameter.Choice("BatchSize", 128, 256, 512),
            TuningParameter.LogUniform("FrequencyDeviation", 0.02, 5),
            TuningParameter.Choice("Bins", 0, 16, 48),
            TuningParameter.Choice("BinWidth", 2, 4, 8).When("Bins", 16, 48),
            TuningParameter.LogWholeNumber("MaximumOneHotSlots", 4, 33),
            TuningParameter.Choice("CategoryWidth", 4, 8, 16),
        };
        if (task != LearningTask.Regression)
            parameters.Add(TuningParameter.Choice("LabelSmoothing", 0.0, 0.02, 0.05, 0.1));
        return new TuningSpace(parameters, []);
    }

    /// <summary>Returns the space for wide sparse rows (see <see cref="DenseNetDefaults.ForSparse"/>), ours.</summary>
    public static TuningSpace ForSparse() => new(
        [
            TuningParameter.WholeNumber("HiddenLayers", 1, 2),
            TuningParameter.Choice("HiddenWidth", 8, 16, 32, 64, 128),
            TuningParameter.Uniform("Dropout", 0, 0.5),
            TuningParameter.LogUniform("LearningRate", 0.0003, 0.01),
            TuningParameter.Choice("BatchSize", 64, 128, 256, 512),
        ],
        []);

    /// <summary>Returns the space with a parameter: instead of one of the same name, or added at the end.</summary>
    /// <param name="parameter">The parameter.</param>
    public TuningSpace With(TuningParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        bool replaces = Parameters.Any(old => old.Name == parameter.Name);
        return new TuningSpace(
            replaces ? Parameters.Select(old => old.Name == parameter.Name ? parameter : old) : [.. Parameters, parameter],
            _fixed.Where(item => item.Key != parameter.Name));
    }

    /// <summary>Returns the space without a parameter: every trial has what it would have without tuning.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <exception cref="ArgumentException">The space has no such parameter, or another one depends on it.</exception>
    public TuningSpace Without(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (Parameters.All(parameter => parameter.Name != name))
            throw new ArgumentException($"The space has no parameter '{name}'. It has {Names()}.", nameof(name));
        if (Parameters.FirstOrDefault(parameter => parameter.ConditionName == name) is { } dependent)
            throw new ArgumentException($"Parameter '{dependent.Name}' depends on '{name}': remove it first, or fix '{name}'.", nameof(name));
        return new TuningSpace(Parameters.Where(parameter => parameter.Name != name), _fixed);
    }

    /// <summary>Returns the space with a parameter set to one value in every trial, the first included.</summary>
    /// <param name="name">A parameter of the space, or one of the <see cref="KnownNames"/>.</param>
    /// <param name="value">The value: a text, <see cref="bool"/>, <see cref="int"/> or finite <see cref="double"/>.</param>
    /// <exception cref="ArgumentException">There is no such parameter, or the value is of another type.</exception>
    public TuningSpace Fix(string name, object value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        if (Parameters.All(parameter => parameter.Name != name) && KnownParameter.Find(name) is null)
            throw new ArgumentException($"The space has no parameter '{name}', and no option is called that. It has {Names()}; options are {string.Join(", ", KnownNames)}.", nameof(name));
        object single = TuningParameter.Choice(name, value).Choices[0];
        return new TuningSpace(Parameters.Where(parameter => parameter.Name != name), _fixed.Where(item => item.Key != name).Append(new(name, single)));
    }

    /// <summary>The parameters and the fixed values, one a line.</summary>
    public override string ToString() => string.Join('\n', Parameters.Select(parameter => parameter.ToString()).Concat(_fixed.Select(item => $"{item.Key}: {TuningValue.ToText(item.Value)}")));

    /// <summary>Checks that parameters fit each other and the options that they set.</summary>
    /// <exception cref="ArgumentException">One does not; the message says which.</exception>
    internal void Validate(LearningTask task, bool hasPreprocess)
    {
        if (Parameters.Count > MaximumParameters)
            throw new ArgumentException($"The space has {Parameters.Count} parameters; at most {MaximumParameters} are possible.");
        for (int i = 0; i < Parameters.Count; i++)
            Validate(Parameters[i], Parameters.Take(i), task, hasPreprocess);
        foreach (var (name, value) in _fixed)
            KnownParameter.Find(name)?.Check([value], task);
    }

    /// <summary>Completes the values of a trial, parameter by parameter.</summary>
    /// <param name="valueOf">The value of a parameter that exists; null for none.</param>
    internal TuningValues Complete(Func<TuningParameter, object?> valueOf)
    {
        var values = new OrderedDictionary<string, object>(_fixed, StringComparer.Ordinal);
        foreach (var parameter in Parameters)
        {
            if (parameter.Exists(values) && valueOf(parameter) is { } value)
                values[parameter.Name] = value;
        }

        return new TuningValues(values);
    }

    private void Validate(TuningParameter parameter, IEnumerable<TuningParameter> earlier, LearningTask task, bool hasPreprocess)
    {
        if (parameter.ConditionName is { } condition)
        {
            if (earlier.FirstOrDefault(other => other.Name == condition) is { } other)
            {
                foreach (object value in parameter.ConditionValues)
                    other.Fitting(value, nameof(TuningParameter.When));
            }
            else if (!_fixed.ContainsKey(condition))
            {
                throw new ArgumentException($"Parameter '{parameter.Name}' depends on '{condition}', which the space does not have before it: add it first.");
            }
        }

        if (KnownParameter.Find(parameter.Name) is { } known)
            known.Check(parameter.Kind == TuningParameterKind.Choice ? parameter.Choices : [parameter.FromPoint(parameter.Lower), parameter.FromPoint(parameter.Upper)], task);
        else if (!hasPreprocess)
            throw new ArgumentException($"Parameter '{parameter.Name}' is not an option that can be tuned ({string.Join(", ", KnownNames)}), and there is no {nameof(DenseNetTuningOptions.Preprocess)} to read it: correct the name, or set {nameof(DenseNetTuningOptions.Preprocess)}.");
    }

    private string Names() => Parameters.Count == 0 ? "none" : string.Join(", ", Parameters.Select(parameter => $"'{parameter.Name}'"));
}
