namespace Microsoft.ML.DenseNet;

/// <summary>The options of one trial while its values are applied to them.</summary>
/// <param name="options">A copy of the options to start from.</param>
/// <param name="defaults">The defaults to start from.</param>
internal sealed class TrialSettings(DenseNetOptions options, DenseNetDefaults defaults)
{
    private const int Frequencies = 16, NumberWidth = 4, Bins = 48, BinWidth = 4;
    private const float FrequencyDeviation = 0.1f;

    /// <summary>The activations that a space can choose from.</summary>
    public static IReadOnlyDictionary<string, Layer> Activations { get; } = new Dictionary<string, Layer>(StringComparer.Ordinal)
    {
        ["SELU"] = Layer.SELU,
        ["Mish"] = Layer.Mish,
        ["ReLU"] = Layer.ReLU,
        ["SiLU"] = Layer.SiLU,
        ["GELU"] = Layer.GELU,
        ["Tanh"] = Layer.Tanh,
    };

    /// <summary>The optimizers that a space can choose from; null for the default network's own AdamW.</summary>
    public static IReadOnlyDictionary<string, Func<Optimizer?>> Optimizers { get; } = new Dictionary<string, Func<Optimizer?>>(StringComparer.Ordinal)
    {
        ["AdamW"] = () => null,
        ["Muon"] = () => DenseNet.Optimizers.Muon(),
        ["Adam"] = () => DenseNet.Optimizers.Adam(),
        ["NAdam"] = () => DenseNet.Optimizers.NAdam(),
        ["RAdam"] = () => DenseNet.Optimizers.RAdam(),
        ["SGD"] = () => DenseNet.Optimizers.SGD(momentum: 0.9),
    };

    public DenseNetOptions Options { get; } = options;

    public DenseNetDefaults Defaults { get; private set; } = defaults;

    /// <summary>The effort that <see cref="Defaults"/> began with.</summary>
    public Effort Effort { get; private set; } = options.Effort;

    /// <summary>The task, for <see cref="SetEffort"/>.</summary>
    private LearningTask Task => Options switch
    {
        DenseNetBinaryTrainer.Options => LearningTask.BinaryClassification,
        DenseNetMulticlassTrainer.Options => LearningTask.MulticlassClassification,
        _ => LearningTask.Regression,
    };

    /// <summary>The texts that a parameter can have, for messages.</summary>
    public static IEnumerable<string> NamesOf(string parameter) => parameter switch
    {
        "Activation" => Activations.Keys,
        "Optimizer" => Optimizers.Keys,
        _ => Enum.GetNames<Effort>(),
    };

    public void Change(Func<DenseNetDefaults, DenseNetDefaults> change) => Defaults = change(Defaults);

    public void SetEffort(string name)
    {
        Effort = Enum.TryParse(name, out Effort effort) && Enum.IsDefined(effort) ? effort : throw new KeyNotFoundException();
        Defaults = DenseNetDefaults.For(Task, Effort);
    }

    /// <summary>Makes all hidden layers of the same width.</summary>
    /// <param name="layers">How many; null to keep their number.</param>
    /// <param name="width">Their width; null to keep that of the first.</param>
    public void SetHidden(int? layers, int? width)
    {
        int[] Of(IReadOnlyList<int> units) => [.. Enumerable.Repeat(width ?? (units.Count == 0 ? 128 : units[0]), layers ?? units.Count)];
        if (layers < 0)
            throw new ArgumentOutOfRangeException(nameof(layers), layers, "There cannot be fewer than 0 hidden layers.");
        Defaults = Defaults with { HiddenUnits = Of(Defaults.HiddenUnits), HiddenUnitsWithoutEmbedding = Defaults.HiddenUnitsWithoutEmbedding is { } plain ? Of(plain) : null };
    }

    /// <summary>Changes the embedding of numbers by cosines; no frequencies for none.</summary>
    public void SetCosines(int? frequencies, int? width, float? deviation)
    {
        var old = Defaults.NumberEmbedding;
        if (frequencies == 0 || (old is null && frequencies is null))
        {
            Defaults = Defaults with { NumberEmbedding = null };
            return;
        }

        var cosines = Layer.PeriodicEmbedding(frequencies ?? old?.Frequencies ?? Frequencies, width ?? old?.Width ?? NumberWidth, deviation ?? old?.FrequencyDeviation ?? FrequencyDeviation);
        Defaults = Defaults with { NumberEmbedding = (PeriodicEmbeddingLayer)cosines };
    }

    /// <summary>Changes the embedding of numbers by bins; 0 for none.</summary>
    public void SetBins(int? bins, int? width)
    {
        var old = Defaults.NumberBins;
        Defaults = Defaults with
        {
            NumberBins = bins == 0 || (old is null && bins is null) ? null : (PiecewiseLinearEmbeddingLayer)Layer.PiecewiseLinearEmbedding(bins ?? old?.Bins ?? Bins, width ?? old?.Width ?? BinWidth),
        };
    }
}
