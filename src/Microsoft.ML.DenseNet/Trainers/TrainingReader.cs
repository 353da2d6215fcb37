using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>The first pass over the data of a fit: reads the training rows, or what must be known about a stream of them, and the validation rows.</summary>
/// <param name="options">The options.</param>
/// <param name="task">What is predicted.</param>
/// <param name="classes">The number of classes; 0 for a task without classes.</param>
/// <param name="holdsOutFold">Whether the default network decides what is held out, unless the data or the options do.</param>
/// <param name="allowsMissing">Whether features may be missing because the input scaling fills them in.</param>
/// <param name="environment">What the fit runs with.</param>
internal sealed class TrainingReader(DenseNetOptions options, LearningTask task, int classes, bool holdsOutFold, bool allowsMissing, FitEnvironment environment)
{
    private readonly MemoryLimits _limits = new(options.MemoryBudget, environment.Joint?.Workers.CountHere ?? 1);

    /// <summary>Makes what counts the rows of a stream for the statistics that the model stores; null for none.</summary>
    public Func<StatisticsBuilder>? MakeStatistics { get; init; }

    /// <summary>Reads.</summary>
    /// <param name="training">The training data.</param>
    /// <param name="validation">The validation data; null for none.</param>
    /// <param name="gathersMoments">Whether a named network's scaling needs means and deviations of the features.</param>
    public LoadedRows Read(RoleMappedData training, RoleMappedData? validation, bool gathersMoments)
    {
        double fraction = validation is null ? options.ValidationFraction ?? 0 : 0;

        // The default network deals rows in memory into folds; from a stream it holds out one fold's share.
        bool holdsOut = holdsOutFold && validation is null && options.ValidationFraction is null;
        var split = holdsOut || fraction > 0 ? SplitColumnsOf(training.Schema.Schema) : SplitColumns.None;
        HeldOut HeldOutOf(bool isWideSparse) => WithCut(split, training, holdsOut && options.DefaultsFor(task, isWideSparse) is var defaults
            ? HeldOut.OneFoldOf(defaults.Folds, defaults.MinimumRowsToValidate)
            : new HeldOut(fraction));
        var peers = environment.Joint?.Peers;
        var share = peers is null || environment.Joint!.Workers.Data == WorkData.Own ? null : new ShareView(training.Data, peers.Share, training.Schema.Weight);
        var reader = MakeReader(training.Schema, split, peers, share);
        var data = new RowLoader(reader, _limits, classes, environment.Seed)
        {
            TakesFingerprint = environment.Checkpoints is not null || environment.Joint is not null,
            MakeStatistics = MakeStatistics,
            Peers = peers,
            KeepShares = holdsOutFold ? null : own => Keep(own, fraction, new ShareJoin(peers!, reader, _limits, classes, environment.Seed) { MakeStatistics = MakeStatistics }),
        }
            .Read(share ?? training.Data, options.DataPlacement, HeldOutOf, gatherMoments: gathersMoments && fraction == 0, options.CancellationToken);
        Report(data);
        if (validation is not null)
            return WithValidation(data, ReadValidation(validation, data));
        if (data.IsSample || fraction == 0)
            return data;
        var (kept, held) = RowSplitter.Split(data.Rows, fraction, stratify: task != LearningTask.Regression, environment.Seed);
        return new LoadedRows(kept, null, held, LabelStatistics.Of(kept, classes));
    }

    /// <summary>What is known of rows in memory of which each process keeps its share.</summary>
    private LoadedRows Keep(SharedRows own, double fraction, ShareJoin join)
    {
        if (fraction == 0)
            return join.Join(own);
        var (kept, held) = join.Split(own, fraction, stratify: task != LearningTask.Regression);
        return WithValidation(join.Join(kept), held);
    }

    private static LoadedRows WithValidation(LoadedRows data, RowSet validation) => data with { Validation = validation, ValidationAsRead = validation };

    /// <summary>Returns the columns that decide which rows may validate which.</summary>
    private SplitColumns SplitColumnsOf(DataViewSchema schema) => new(
        options.SamplingKeyColumnName is { } group ? schema[group] : null,
        options.TimeColumnName is { } time ? schema[time] : null);

    /// <summary>Adds the moment from which on a stream's rows are set aside, if they have times.</summary>
    private HeldOut WithCut(SplitColumns split, RoleMappedData training, HeldOut held)
    {
        if (split.Time is null || held.Share == 0)
            return held;
        if (environment.Joint is { Workers.Data: WorkData.Own })
            throw new InvalidOperationException($"The rows are streamed, and {nameof(DenseNetOptions.Workers)}.{nameof(TrainingWorkers.Data)} is {nameof(WorkData)}.{nameof(WorkData.Own)}: no process knows the times of all rows, so {nameof(options.TimeColumnName)} cannot set the latest aside. Give Fit validation data instead, or all processes the same data.");
        if (split.Group is not null)
            throw new InvalidOperationException($"The rows are streamed, and a stream cannot be split by {nameof(options.SamplingKeyColumnName)} and {nameof(options.TimeColumnName)} at once: leave one of them out, give Fit validation data, or keep the rows in memory with DataPlacement.Host.");
        return held with { Since = TimeSample.Cut(training.Data, split, training.Schema.Weight, held.Share, environment.Seed, options.CancellationToken) };
    }

    private RowSet ReadValidation(RoleMappedData validation, LoadedRows data)
    {
        var reader = MakeReader(validation.Schema, SplitColumns.None, isValidation: true);
        if (reader.Width != data.Rows.Width)
            throw new InvalidOperationException($"Column '{validation.Schema.Feature!.Value.Name}' has {data.Rows.Width} slots in the training data and {reader.Width} in the validation data: run both through the same fitted transforms.");
        return data.Stream is null
            ? reader.Read(validation.Data, options.CancellationToken)
            : new RowLoader(reader, _limits, classes, environment.Seed).ReadBounded(validation.Data, options.CancellationToken);
    }

    private RowReader MakeReader(RoleMappedSchema columns, SplitColumns split, RowPeers? peers = null, ShareView? share = null, bool isValidation = false) =>
        new(columns.Schema, columns.Feature!.Value.Name, columns.Label!.Value.Name, columns.Weight?.Name, allowMissingFeatures: allowsMissing, options.CategoryColumnNames)
        {
            IsValidation = isValidation,
            Peers = peers,
            NumberOf = share is null ? place => place : share.NumberOf,
            Split = split,
            MaximumReaders = options.Threads ?? Environment.ProcessorCount,
        };

    private void Report(LoadedRows data)
    {
        if (data.Rows.IsWideSparse)
            environment.Channel.Info($"The {data.Rows.Width} features are kept sparse{(options.ScaleFeatures ? "; the numbers among them are scaled" : "")}.");
        if (data.Stream is not null)
            environment.Channel.Info($"{data.Count} training rows are streamed: they are read anew in every epoch.");
    }
}
