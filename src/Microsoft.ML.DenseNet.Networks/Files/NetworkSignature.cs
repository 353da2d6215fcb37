using System.Collections.ObjectModel;
using System.Text;

namespace Microsoft.ML.DenseNet;

/// <summary>What a network reads and predicts, in terms of its data: the task, the classes, the columns of features and keys.</summary>
/// <remarks>Immutable. Long lists of names are omitted, so that a file for words or hashed categories does not carry a million of them.</remarks>
internal sealed record NetworkSignature
{
    /// <summary>The maximum number of names in a list: of classes, features or transforms.</summary>
    public const int MaximumNames = 65_536;

    /// <summary>The maximum size of a list of names, in bytes of UTF-8.</summary>
    public const int MaximumNameBytes = 4 << 20;

    /// <summary>The maximum number of <see cref="CategoryColumns"/>.</summary>
    public const int MaximumCategoryColumns = 1024;

    /// <summary>The classes of a Boolean label.</summary>
    public static readonly string[] BinaryClassNames = ["false", "true"];

    public NetworkSignature(LearningTask task)
    {
        Guard.Defined(task, nameof(task));
        Task = task;
    }

    /// <summary>What the network predicts.</summary>
    public LearningTask Task { get; }

    /// <summary>The classes in the order of the network's outputs, for a binary task the negative one first; null if unknown.</summary>
    public IReadOnlyList<string>? ClassNames { get; init => field = Bounded(value); }

    /// <summary>The column of the training data that held the features; null if unknown.</summary>
    public string? FeatureColumnName { get; init => field = value is null || Bounded([value]) is null ? null : Transcodable(value); }

    /// <summary>The name of each feature, empty for one without; null if unknown.</summary>
    public IReadOnlyList<string>? FeatureNames { get; init => field = value is not null && value.All(name => name.Length == 0) ? null : Bounded(value); }

    /// <summary>The key columns whose one-hot blocks end a row, in their order. Values of keys are kept as long as they are within the limits together.</summary>
    public IReadOnlyList<CategoryColumn> CategoryColumns { get; init => field = Bounded(value); } = [];

    /// <summary>The transforms that the pipeline applies before the network, under ML.NET's names.</summary>
    public IReadOnlyList<string> PrecedingTransforms { get; init => field = Bounded(value) ?? ReadOnlyCollection<string>.Empty; } = ReadOnlyCollection<string>.Empty;

    /// <summary>The logit above which a binary network predicts the positive class.</summary>
    public float Threshold { get; init; }

    /// <summary>Rows that predictions are compared with to explain them; null if the model stores none.</summary>
    public BackgroundRows? Background { get; init; }

    /// <summary>The quantiles that the outputs of a regression network are, ascending; empty if its one output is the prediction.</summary>
    public IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>The output that is Score: of quantiles the one nearest to the median, otherwise the only one.</summary>
    public int ScoreOutput => MiddleOf(Quantiles);

    /// <summary>What makes intervals of a number's prediction; null for none.</summary>
    public IntervalRule? Intervals { get; init; }

    /// <summary>What makes sets of classes of probabilities; null for none.</summary>
    public SetRule? Sets { get; init; }

    /// <summary>Whether the network predicts intervals or sets of classes.</summary>
    public bool StatesUncertainty => Intervals is not null || Sets is not null || Quantiles.Count > 0;

    /// <summary>Returns the signature of a network of which only the layers are known: several outputs are assumed to be classes.</summary>
    public static NetworkSignature Of(NetworkLayout layout) => new(layout.OutputWidth == 1 ? LearningTask.Regression : LearningTask.MulticlassClassification);

    /// <summary>The number of classes; 0 for a number.</summary>
    public int ClassCount(NetworkLayout layout) => Task switch { LearningTask.BinaryClassification => 2, LearningTask.MulticlassClassification => layout.OutputWidth, _ => 0 };

    /// <summary>Returns what does not match between this signature and a network, as a clause; null if everything does.</summary>
    public string? Misfit(NetworkLayout layout)
    {
        int outputs = layout.OutputWidth;
        int classes = ClassCount(layout);
        if (Quantiles.Count > 0 && MisfitOfQuantiles(outputs) is { } misfitOfQuantiles)
            return misfitOfQuantiles;
        if (Task != LearningTask.MulticlassClassification && Quantiles.Count == 0 && outputs != 1)
            return $"{Task} needs a network of 1 output; this one has {outputs}";
        if (!float.IsFinite(Threshold) || (Threshold != 0 && Task != LearningTask.BinaryClassification))
            return $"there is a threshold of {Threshold} for {Task}";
        if (ClassNames is not null && ClassNames.Count != classes)
            return $"there are {ClassNames.Count} class names for {classes} classes";
        if (Background is not null && Background.Width != layout.InputWidth)
            return $"there are background rows of {Background.Width} values for {layout.InputWidth} features";
        if (CategoryColumns.Count > 0 && MisfitOfCategories(layout.InputWidth) is { } misfit)
            return misfit;
        if ((Intervals?.Misfit(Task, layout) ?? Sets?.Misfit(Task)) is { } misfitOfUncertainty)
            return misfitOfUncertainty;
        return FeatureNames is not null && FeatureNames.Count != layout.InputWidth
            ? $"there are {FeatureNames.Count} feature names for {layout.InputWidth} features"
            : null;
    }

    /// <summary>Returns the index of the quantile nearest to the median, the first of equally near ones; 0 if there are none.</summary>
    public static int MiddleOf(IReadOnlyList<double> quantiles)
    {
        int middle = 0;
        for (int i = 1; i < quantiles.Count; i++)
        {
            if (Math.Abs(quantiles[i] - 0.5) < Math.Abs(quantiles[middle] - 0.5))
                middle = i;
        }

        return middle;
    }

    /// <summary>Whether a list of names is short enough to be kept.</summary>
    public static bool IsWithinLimits(IReadOnlyList<string> names) => names.Count <= MaximumNames && BytesOf(names) <= MaximumNameBytes;

    /// <summary>Half a surrogate pair has no UTF-8 encoding, so no file could hold it.</summary>
    public static string Transcodable(string name) => StorableText.IsStorable(name) ? name : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(name));

    private string? MisfitOfQuantiles(int outputs)
    {
        if (Task != LearningTask.Regression || Quantiles.Count != outputs)
            return $"there are {Quantiles.Count} quantiles for {Task} with {outputs} outputs";
        bool ascends = Quantiles[0] > 0 && Quantiles[^1] < 1 && Quantiles.Zip(Quantiles.Skip(1)).All(pair => pair.First < pair.Second);
        return ascends ? null : $"the quantiles are {string.Join(", ", Quantiles)}; they must ascend between 0 and 1";
    }

    private string? MisfitOfCategories(int width)
    {
        if (CategoryColumns.Count > MaximumCategoryColumns)
            return $"there are {CategoryColumns.Count} category columns; at most {MaximumCategoryColumns} are possible";
        if (CategoryColumns.FirstOrDefault(column => column.KeyCount < 1 || column.SlotCount < 1 || (column.KeyValues is { } values && values.Count != column.KeyCount)) is { } bad)
            return $"category column '{bad.Name}' has {bad.KeyCount} keys in {bad.SlotCount} slots and {bad.KeyValues?.Count ?? 0} values";
        if (CategoryColumns.Select(column => column.Name).Distinct().Count() < CategoryColumns.Count)
            return "two category columns have the same name";
        long keys = CategoryColumns.Sum(column => column.Width);
        return keys < width ? null : $"there are {keys} inputs for category columns among {width}";
    }

    private static ReadOnlyCollection<CategoryColumn> Bounded(IReadOnlyList<CategoryColumn> columns)
    {
        var kept = new CategoryColumn[columns.Count];
        long names = 0, bytes = 0;
        for (int i = 0; i < kept.Length; i++)
        {
            kept[i] = columns[i];
            if (columns[i].KeyValues is not { } values)
                continue;
            if (names + values.Count <= MaximumNames && bytes + BytesOf(values) <= MaximumNameBytes)
                (names, bytes) = (names + values.Count, bytes + BytesOf(values));
            else
                kept[i] = columns[i].WithoutValues();
        }

        return Array.AsReadOnly(kept);
    }

    private static long BytesOf(IReadOnlyList<string> names) => names.Sum(name => (long)Encoding.UTF8.GetByteCount(name));

    private static ReadOnlyCollection<string>? Bounded(IReadOnlyList<string>? names) =>
        names is null || !IsWithinLimits(names) ? null : Array.AsReadOnly(names.Select(Transcodable).ToArray());
}
