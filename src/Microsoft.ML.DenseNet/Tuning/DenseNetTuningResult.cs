using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>What <c>TuneDenseNet</c> has found, whatever the task.</summary>
public abstract class DenseNetTuningResult
{
    private readonly IHostEnvironment _environment;

    private protected DenseNetTuningResult(IHostEnvironment environment) => _environment = environment;

    /// <summary>The trials that have ended, by number, those of other processes included. The first has the options without tuning.</summary>
    public required IReadOnlyList<TuningTrial> Trials { get; init; }

    /// <summary>What they were compared by.</summary>
    public required TuningMetric Metric { get; init; }

    /// <summary>What was searched.</summary>
    public required TuningSpace Space { get; init; }

    /// <summary>The best complete trial. Among those whose metric is within a ten-thousandth of the best one's, it is the one with the least work.</summary>
    public required TuningTrial Best { get; init; }

    /// <summary>
    /// A C# expression that makes the options of the best trial. A comment stands for anything that cannot be written so, such as a loss of your own
    /// that the options had before. It needs <c>using Microsoft.ML.DenseNet;</c>.
    /// </summary>
    public required string BestOptionsAsCSharp { get; init; }

    /// <summary>The model of the best trial, fitted and ready to save. If there is a <see cref="DenseNetTuningOptions.Preprocess"/>, its steps come first.</summary>
    public required ITransformer Model { get; init; }

    /// <summary>The network in <see cref="Model"/>.</summary>
    public required TrainedNetwork Network { get; init; }

    /// <summary>
    /// The weighted average of several trials' models as one model, which saves, loads, predicts and exports as any other. Its members are chosen
    /// greedily by their predictions for rows that they did not see, among trials whose networks read the same rows as the best trial's.
    /// It cannot be trained further.
    /// </summary>
    public required ITransformer Ensemble { get; init; }

    /// <summary>The network in <see cref="Ensemble"/>.</summary>
    public required TrainedNetwork EnsembleNetwork { get; init; }

    /// <summary>The members of <see cref="Ensemble"/>, the heaviest first.</summary>
    public required IReadOnlyList<TuningMember> Members { get; init; }

    /// <summary>The metric of the ensemble over the rows that its members' networks did not see: those that chose the members, so it flatters a little.</summary>
    public required double EnsembleMetric { get; init; }

    /// <summary>
    /// How much each parameter of the <see cref="Space"/> mattered for being among the best quarter of the trials, the most important first: how
    /// differently its values are distributed there and among all trials (PED-ANOVA, Watanabe, Bansal and Hutter, IJCAI 2023, with quarters of the
    /// values in place of kernel densities), less what chance would explain. Trials rank as in the search: complete ones first, then by
    /// how far they got.
    /// </summary>
    /// <returns>A share for each parameter; empty if fewer than 20 trials have ended, which say nothing.</returns>
    public IReadOnlyList<TuningImportance> ParameterImportances() => ParameterImportance.Of(Space, Metric, Trials);

    /// <summary>
    /// The trials as data: Trial, State, Metric, Networks, Work, Seconds, a column for each parameter (Double, NaN where a trial does not have it;
    /// text for choices that are not numbers), and Reason.
    /// </summary>
    public IDataView ToDataView() => TrialTable.ToDataView(_environment, Trials);

    /// <summary>The trials as text with commas, under a line with the names of the columns, which are those of <see cref="ToDataView"/>.</summary>
    public string ToCsv() => TrialTable.ToCsv(Trials);
}
