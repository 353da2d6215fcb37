using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>An optimizer and its settings, learning rate and weight decay apart; made by <see cref="Optimizers"/>.</summary>
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

    /// <summary>Whether the optimizer knows weight decay.</summary>
    internal bool HasWeightDecay { get; init; } = true;

    /// <summary>Whether a step evaluates the loss by itself, several times, as L-BFGS does.</summary>
    internal bool NeedsClosure { get; init; }

    /// <summary>Whether it is a function of the user's own: it is shown every tensor by itself, and keeps the learning rates that it sets.</summary>
    internal bool IsCustom { get; init; }

    /// <summary>
    /// What TorchSharp's form is given as learning rate, from the learning rate and the number of the step, from 1; null for the rate itself.
    /// </summary>
    internal Func<double, long, double>? TorchLearningRate { get; init; }

    /// <summary>Whether rows without gradient need no step, so that <see cref="FlatOptimizer.StepRows"/> is possible.</summary>
    internal bool IsLazy { get; init; }

    /// <summary>The learning rate PyTorch's documentation gives as the optimizer's default.</summary>
    internal double DefaultLearningRate { get; init; } = 1e-3;

    /// <summary>The weight decay PyTorch's documentation gives as the optimizer's default.</summary>
    internal double DefaultWeightDecay { get; init; }

    /// <summary>Makes the form that updates flat arrays in one pass, for a number of values in groups; null where there is none.</summary>
    internal Func<int, IReadOnlyList<ParameterGroup>, FlatOptimizer>? Fuse { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>The error of an optimizer whose state cannot be kept in a checkpoint.</summary>
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

    /// <summary>Lets torch's form make a step; an error of the user's own names it.</summary>
    /// <param name="step">Makes it.</param>
    /// <param name="number">Its number, from 1.</param>
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
