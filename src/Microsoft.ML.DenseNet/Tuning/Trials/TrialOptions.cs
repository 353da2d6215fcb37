namespace Microsoft.ML.DenseNet;

/// <summary>Makes the trainer's options of a trial.</summary>
internal static class TrialOptions
{
    /// <summary>How much more work than the defaults a trial may do before it counts as too expensive.</summary>
    public const int WorkFactor = 4;

    /// <summary>The values of the first trial: the options as they are, and the defaults of the user's own parameters.</summary>
    public static TuningValues ValuesWithoutTuning(TrialPlan plan)
    {
        var trial = new TrialSettings(plan.Options.Copy(), plan.Defaults);
        KnownParameter.ApplyAll(trial, plan.Space.FixedValues);
        return plan.Space.Complete(parameter => KnownParameter.Find(parameter.Name) is { } known
            ? known.Read(trial) is { } value && parameter.Has(value) ? value : null
            : parameter.Default);
    }

    /// <summary>Returns the options of a trial, with which an ordinary <c>Fit</c> trains its model.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="values">The trial's values.</param>
    /// <param name="networks">The number of networks of a complete trial; null for the first trial, which finds it out.</param>
    public static DenseNetOptions Of(TrialPlan plan, TuningValues values, int? networks)
    {
        var options = plan.Options.Copy();
        var trial = new TrialSettings(options, plan.Defaults);
        KnownParameter.ApplyAll(trial, networks is null ? plan.Space.FixedValues : values.ByName);
        options.Seed = plan.Seed;
        options.Effort = Effort.Standard; // it is part of the defaults
        options.Defaults = networks is { } count ? WithFoldsOf(plan.Defaults, trial.Defaults, count) : trial.Defaults;
        return options;
    }

    /// <summary>Returns defaults with the folds of all trials, and enough work for them.</summary>
    private static DenseNetDefaults WithFoldsOf(DenseNetDefaults common, DenseNetDefaults own, int networks) => own with
    {
        Folds = common.Folds,
        MaximumTrainedFolds = networks,
        MinimumRowsToValidate = common.MinimumRowsToValidate,
        WorkBudget = WorkFactor * common.WorkBudget,
        WorkPerRow = WorkFactor * common.WorkPerRow,
    };
}
