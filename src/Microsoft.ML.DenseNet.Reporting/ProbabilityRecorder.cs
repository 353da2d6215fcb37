using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>
/// Records what a classifier predicts for chosen rows during training:
/// <c>options.Observers.Add(new ProbabilityRecorder(data))</c>, and after <c>Fit</c> <c>recorder.PlotProbabilityEvolution()</c>.
/// </summary>
/// <remarks>
/// An instance records one training run at a time; a new run resets it. For the default network, which is several networks trained one
/// after the other and averaged, it records the training of the first one, and finally the model that averages them.
/// </remarks>
public sealed class ProbabilityRecorder : TrainingObserver
{
    /// <summary>Above this many, every second snapshot is dropped, so that training runs of any length can be recorded.</summary>
    private const int MaximumSnapshots = 60;

    private readonly float[] _features;
    private readonly int[] _labels;
    private readonly int _width;
    private readonly int? _everyEpochs;
    private readonly List<ProbabilitySnapshot> _snapshots = [];
    private int _stride;

    /// <summary>Chooses the rows.</summary>
    /// <param name="data">Data with label and features as the trainer reads them: the output of the pipeline before it.</param>
    /// <param name="labelColumnName">The label column: Boolean or a key.</param>
    /// <param name="featureColumnName">The feature column.</param>
    /// <param name="maximumRows">The most rows to watch, from the start of the data; at least 1.</param>
    /// <param name="everyEpochs">The number of epochs between records; null for 30 to 60 records in total.</param>
    /// <param name="classNames">Names for the classes; null for those of the label.</param>
    public ProbabilityRecorder(IDataView data, string labelColumnName = "Label", string featureColumnName = "Features", int maximumRows = 40, int? everyEpochs = null, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(maximumRows, 1);
        if (everyEpochs is < 1)
            throw new ArgumentOutOfRangeException(nameof(everyEpochs), everyEpochs, $"{nameof(everyEpochs)} is {everyEpochs}; it must be at least 1.");
        var label = ResultsReader.Column(data, labelColumnName, "label");
        var feature = ResultsReader.Column(data, featureColumnName, "feature");
        if (feature.Type is not VectorDataViewType { IsKnownSize: true, ItemType: NumberDataViewType { RawType: var raw } } type || raw != typeof(float))
            throw new ArgumentException($"Feature column '{feature.Name}' is {feature.Type}; it must be a known-size vector of Single.", nameof(data));
        if (label.Type is not (BooleanDataViewType or KeyDataViewType))
            throw new ArgumentException($"Label column '{label.Name}' is {label.Type}; probabilities are of classes, a Boolean or a key label.", nameof(data));

        _everyEpochs = everyEpochs;
        var features = new List<float>();
        var labels = new List<int>();
        using var cursor = data.GetRowCursor([label, feature]);
        var readLabel = LabelReader.Create(cursor, label);
        var reader = new FeatureReader(cursor, feature);
        while (labels.Count < maximumRows && cursor.MoveNext())
        {
            if (readLabel() is not { } value)
                continue;
            features.AddRange(reader.Read());
            labels.Add((int)value);
        }

        if (labels.Count == 0)
            throw new ArgumentException("The data has no rows with a label.", nameof(data));
        (_features, _labels, _width) = ([.. features], [.. labels], type.Size);
        IsBinary = label.Type is BooleanDataViewType;
        ClassNames = label.Type is KeyDataViewType key ? ColumnText.KeyValues(label, (int)Math.Min(key.Count, int.MaxValue)) : ["false", "true"];
        if (classNames is not null && classNames.Count != ClassNames.Count)
            throw new ArgumentException($"{classNames.Count} class names were given for {ClassNames.Count} classes.", nameof(classNames));
        ClassNames = classNames is null ? ClassNames : [.. classNames];
    }

    /// <summary>The classes.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>The number of each watched row's class.</summary>
    public IReadOnlyList<int> Labels => _labels;

    /// <summary>The predictions, from before the first epoch to the model, which is last.</summary>
    public IReadOnlyList<ProbabilitySnapshot> Snapshots => _snapshots;

    /// <summary>Whether probabilities are those of the positive class rather than of the row's own class.</summary>
    public bool IsBinary { get; }

    /// <summary>How many networks the model averages.</summary>
    internal int Networks { get; private set; } = 1;

    /// <summary>The epoch whose weights the model has; null if it averages several networks or has the last epoch's.</summary>
    internal int? KeptEpoch { get; private set; }

    /// <inheritdoc/>
    public override void OnTrainingStarted(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.NetworkNumber > 1)
            return;
        _snapshots.Clear();
        _stride = _everyEpochs ?? 1;
        Record(progress.TakeSnapshot(), progress.Epoch, isModel: false);
    }

    /// <inheritdoc/>
    public override void OnEpochEnded(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.NetworkNumber > 1 || progress.Epoch % _stride != 0)
            return;
        Record(progress.TakeSnapshot(), progress.Epoch, isModel: false);
        if (_everyEpochs is null && _snapshots.Count > MaximumSnapshots)
        {
            _stride *= 2;
            _snapshots.RemoveAll(snapshot => snapshot.Epoch % _stride != 0);
        }
    }

    /// <inheritdoc/>
    public override void OnModelReady(TrainedNetwork network, LearningTask task)
    {
        ArgumentNullException.ThrowIfNull(network);
        var history = network.History;
        Networks = history.Networks;
        KeptEpoch = Networks == 1 && history.BestEpoch > 0 && history.BestEpoch < history.Count ? history.BestEpoch : null;

        // The model of a single network replaces its last epoch, whose weights may differ from the model's.
        if (Networks == 1)
            _snapshots.RemoveAll(snapshot => snapshot.Epoch == history.Count && snapshot.Epoch > 0);
        Record(network, history.Count, isModel: true);
    }

    private void Record(TrainedNetwork network, int epoch, bool isModel)
    {
        if (network.CategoryColumns.Count > 0)
            throw new InvalidOperationException($"The network reads the category columns {string.Join(", ", network.CategoryColumns.Select(column => $"'{column.Name}'"))}, but the recorder only reads a feature column: one-hot encode the categories into the features to record probabilities.");
        if (network.Layout.InputWidth != _width)
            throw new InvalidOperationException($"The recorder's rows have {_width} features, but the network reads {network.Layout.InputWidth}: give it the data that the trainer reads.");
        int outputs = network.Layout.OutputWidth;
        if (outputs != (IsBinary ? 1 : ClassNames.Count))
            throw new InvalidOperationException($"The recorder's label has {ClassNames.Count} classes, but the network has {outputs} outputs: give it the data that the trainer reads.");
        float[] predictions = new float[_labels.Length * outputs];
        network.PredictBlock(_features, _labels.Length, predictions);
        double[] probabilities = new double[_labels.Length];
        for (int row = 0; row < probabilities.Length; row++)
            probabilities[row] = predictions[IsBinary ? row : (row * outputs) + _labels[row]];

        _snapshots.Add(new ProbabilitySnapshot(epoch, probabilities, isModel));
    }
}
