using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>A loss function; made by <see cref="Losses"/>.</summary>
/// <remarks>
/// A loss returns one value per row. Training minimizes their mean, weighted by the example weights and scaled by the mean weight of all
/// training rows, so that a row of weight 2 counts exactly like the same row twice.
/// </remarks>
public sealed class Loss
{
    private readonly Func<Tensor, Tensor, Tensor> _perRow;
    private readonly Func<Tensor, Tensor>? _rowWeights;
    private readonly LearningTask[] _tasks;

    /// <param name="name">What <see cref="ToString"/> returns.</param>
    /// <param name="tasks">The tasks whose outputs and targets the loss supports.</param>
    /// <param name="perRow">Maps (outputs, targets) to one loss per row, in the shape of the targets, or to the mean over all rows.</param>
    /// <param name="rowWeights">
    /// Maps targets to the weights that <paramref name="perRow"/> has already applied to the rows, by whose sum the mean divides; null for 1.
    /// </param>
    internal Loss(string name, LearningTask[] tasks, Func<Tensor, Tensor, Tensor> perRow, Func<Tensor, Tensor>? rowWeights = null)
    {
        Name = name;
        _tasks = tasks;
        _perRow = perRow;
        _rowWeights = rowWeights;
    }

    /// <summary>The loss and its settings, for example <c>Huber(delta: 1)</c>.</summary>
    public string Name { get; }

    /// <summary>The same loss, row by row in host memory, with its gradient; null if only torch can compute it.</summary>
    internal RowLoss? RowForm { get; init; }

    /// <summary>Whether the network's output is the logarithm of the prediction, as with a Poisson loss.</summary>
    internal bool PredictsLogarithm { get; init; }

    /// <summary>The quantiles that the outputs are to be, ascending; empty if there is one output for a number, or one for each class.</summary>
    internal IReadOnlyList<double> Quantiles { get; init; } = [];

    /// <summary>The output that is the prediction, of quantiles the middle one. Raw and ascending outputs agree in it.</summary>
    internal int ScoreOutput => NetworkSignature.MiddleOf(Quantiles);

    /// <summary>Whether the loss is a user-defined function, about which nothing is known.</summary>
    internal bool IsCustom { get; init; }

    /// <summary>The number of classes for which the loss was given weights; null if it does not matter.</summary>
    internal int? ClassCount { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether the loss supports the task's outputs and targets.</summary>
    internal bool Fits(LearningTask task) => Array.IndexOf(_tasks, task) >= 0;

    /// <summary>
    /// Returns the training loss of an ensemble: the mean of its members' losses, for outputs [rows, members · outputs], with members side
    /// by side. Never the loss of the mean, which would let members compensate for each other's errors.
    /// </summary>
    internal Loss OfMembers(int members)
    {
        if (members == 1)
            return this;
        return new Loss(Name, _tasks, PerRow, _rowWeights)
        {
            RowForm = RowForm is { } ofMember ? new MemberRowLoss(ofMember, members) : null,
            PredictsLogarithm = PredictsLogarithm,
            Quantiles = Quantiles,
            IsCustom = IsCustom,
            ClassCount = ClassCount,
        };

        Tensor PerRow(Tensor outputs, Tensor targets)
        {
            long rows = outputs.shape[0];
            var losses = Evaluate(outputs.reshape(rows * members, -1), targets.repeat_interleave(members, dim: 0));
            return losses.numel() == rows * members && losses.dim() > 0 ? losses.reshape(rows, members).mean([1]) : losses;
        }
    }

    /// <summary>Returns the predictions that outputs are, in the targets' unit: one column, or logits.</summary>
    internal Tensor ToPredictions(Tensor outputs) => PredictsLogarithm ? outputs.exp() : Quantiles.Count > 0 ? outputs.narrow(1, ScoreOutput, 1) : outputs;

    /// <summary>Tries a user-defined loss on made-up rows; see <see cref="CustomLoss.Try"/>.</summary>
    internal void Try(LearningTask task, int outputs)
    {
        if (IsCustom)
            CustomLoss.Try(this, task, outputs);
    }

    /// <summary>Returns <see cref="Mean"/> for computing a gradient.</summary>
    /// <exception cref="InvalidOperationException">It does not depend on the outputs.</exception>
    internal Tensor MeanToLearnFrom(Tensor outputs, Tensor targets, Tensor? weights)
    {
        var mean = Mean(outputs, targets, weights);
        return mean.requires_grad ? mean : throw CustomLoss.Independent(Name);
    }

    /// <summary>Returns the mean loss of the rows, a scalar.</summary>
    /// <param name="outputs">The network's outputs, [rows, outputs].</param>
    /// <param name="targets">As described by <see cref="LearningTask"/>.</param>
    /// <param name="weights">Example weights in the targets' shape, with mean 1 over the training rows; null if all are 1.</param>
    internal Tensor Mean(Tensor outputs, Tensor targets, Tensor? weights)
    {
        var losses = Evaluate(outputs, targets);
        if (losses.dim() == 0)
        {
            if (weights is not null)
                throw new InvalidOperationException($"The loss '{Name}' gives one value for all rows, which example or class weights cannot act on: return one value a row instead (leave out the mean).");
            return losses;
        }

        if (losses.numel() != targets.shape[0])
            throw new InvalidOperationException($"The loss '{Name}' gave {losses.numel()} values for {targets.shape[0]} rows: return one value a row, or their mean.");
        losses = losses.view_as(targets);

        if (_rowWeights is not null)
        {
            var rowWeights = _rowWeights(targets);
            return weights is null
                ? losses.sum().div(rowWeights.sum())
                : losses.mul(weights).sum().div(rowWeights.mul(weights).sum());
        }

        return weights is null ? losses.mean() : losses.mul(weights).mean();
    }

    private Tensor Evaluate(Tensor outputs, Tensor targets) =>
        IsCustom ? CustomLoss.Evaluate(Name, _perRow, outputs, targets) : _perRow(outputs, targets);
}
