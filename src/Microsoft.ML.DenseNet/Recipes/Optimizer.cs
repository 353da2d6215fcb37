using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>An optimizer and its settings, except learning rate and weight decay; made by <see cref="Optimizers"/>.</summary>
public sealed class Optimizer
{
    private readonly Func<IReadOnlyList<Parameter>, double, double, optim.Optimizer> _create;

    internal Optimizer(string name, Func<IReadOnlyList<Parameter>, double, double, optim.Optimizer> create)
    {
        Name = name;
        _create = create;
    }

    /// <summary>The optimizer and its settings, for example <c>SGD(momentum: 0.9, nesterov: False)</c>.</summary>
    public string Name { get; }

    /// <summary>Whether the optimizer supports weight decay.</summary>
    internal bool HasWeightDecay { get; init; } = true;

    /// <summary>Whether a step evaluates the loss by itself, several times, as L-BFGS does.</summary>
    internal bool NeedsClosure { get; init; }

    /// <summary>Creates L-BFGS from the parameters and the learning rate; null for other optimizers, and if it cannot be created this way.</summary>
    internal Func<IReadOnlyList<Parameter>, double, TorchLbfgs?>? CreateLbfgs { get; init; }

    /// <summary>Whether it is a user-defined function: it receives each tensor separately and may set its own learning rates.</summary>
    internal bool IsCustom { get; init; }

    /// <summary>
    /// The learning rate passed to TorchSharp's optimizer, as a function of the learning rate and the step number, from 1; null for the rate itself.
    /// </summary>
    internal Func<double, long, double>? TorchLearningRate { get; init; }

    /// <summary>Whether rows without a gradient need no step, so that <see cref="FlatOptimizer.StepRows"/> is possible.</summary>
    internal bool IsLazy { get; init; }

    /// <summary>The settings of <see cref="Optimizers.Muon"/>, which treats matrices differently from other parameters; null for any other optimizer.</summary>
    internal MuonSettings? Muon { get; init; }

    /// <summary>How many numbers torch's own implementation keeps for each parameter; the same as Adam unless set.</summary>
    internal long TorchStates { get; init; } = 2;

    /// <summary>How many numbers are kept for each parameter.</summary>
    internal long StatesPerParameter => Fuse is { } fuse ? fuse(0, []).StateCount : TorchStates;

    /// <summary>The default learning rate in PyTorch's documentation of the optimizer.</summary>
    internal double DefaultLearningRate { get; init; } = 1e-3;

    /// <summary>The default weight decay in PyTorch's documentation of the optimizer.</summary>
    internal double DefaultWeightDecay { get; init; }

    /// <summary>Creates the optimizer that updates flat arrays in one pass, for this many values in groups; null if there is none.</summary>
    internal Func<int, IReadOnlyList<ParameterGroup>, FlatOptimizer>? Fuse { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The error for an optimizer whose state cannot be saved in a checkpoint.</summary>
    internal static InvalidOperationException CannotBeSaved(Optimizer optimizer) =>
        new($"{nameof(DenseNetOptions.Optimizer)} is {optimizer}, whose state TorchSharp does not give out, but {nameof(DenseNetOptions.CheckpointDirectory)} is set: take another optimizer, or leave {nameof(DenseNetOptions.CheckpointDirectory)} out.");

    internal optim.Optimizer Create(IReadOnlyList<Parameter> parameters, double learningRate, double weightDecay)
    {
        if (!IsCustom)
            return _create(parameters, learningRate, weightDecay);
        var created = UserCode.Call(() => _create(parameters, learningRate, weightDecay), () => ($"The optimizer '{Name}'", "when it was made"))
            ?? throw new InvalidOperationException($"The optimizer '{Name}' is null: the function given to {nameof(Optimizers)}.{nameof(Optimizers.Custom)} must make one.");
        foreach (var group in created.ParamGroups)
            CheckRate(group.LearningRate);
        return created;
    }

    /// <summary>Makes a step with torch's optimizer; errors from a user-defined one name it.</summary>
    /// <param name="step">Makes the step.</param>
    /// <param name="number">The step's number, from 1.</param>
    internal void Step(Action step, long number)
    {
        if (IsCustom)
            UserCode.Call(step, () => ($"The optimizer '{Name}'", $"in step {number}"));
        else
            step();
    }

    private void CheckRate(double rate)
    {
        if (!(rate >= 0 && double.IsFinite(rate)))
            throw new InvalidOperationException($"The optimizer '{Name}' has a parameter group with learning rate {rate}; it must be a finite number of at least 0.");
    }
}
