using System.Globalization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Microsoft.ML.DenseNet;

/// <summary>The losses, by PyTorch's names. All take the network's raw outputs: logits, or the standardized prediction.</summary>
/// <remarks>
/// In regression the target is standardized (unless <see cref="DenseNetRegressionTrainer.Options.StandardizeTarget"/> is off), so
/// thresholds such as Huber's delta are in standard deviations of the target.
/// </remarks>
public static class Losses
{
    private static readonly LearningTask[] Binary = [LearningTask.BinaryClassification];
    private static readonly LearningTask[] Multiclass = [LearningTask.MulticlassClassification];
    private static readonly LearningTask[] Classification = [LearningTask.BinaryClassification, LearningTask.MulticlassClassification];
    private static readonly LearningTask[] Regression = [LearningTask.Regression];
    private static readonly LearningTask[] All = Enum.GetValues<LearningTask>();

    private const double MaximumGamma = 1000;

    /// <summary>−(p y ln σ(x) + (1 − y) ln(1 − σ(x))) on logits: PyTorch's <c>BCEWithLogitsLoss</c>. Binary classification.</summary>
    /// <param name="positiveWeight">p, the weight of the positive class; from 0.000000001 to 1,000,000,000.</param>
    /// <param name="labelSmoothing">ε: targets become (1 − ε) y + ε / 2; from 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="positiveWeight"/> is not a finite number above 0, or <paramref name="labelSmoothing"/> is not in [0, 1).</exception>
    public static Loss BinaryCrossEntropy(double positiveWeight = 1, double labelSmoothing = 0)
    {
        CheckWeight(positiveWeight, nameof(positiveWeight));
        Guard.Below(labelSmoothing, 0, 1, nameof(labelSmoothing));
        return new Loss(Text($"BinaryCrossEntropy(positiveWeight: {positiveWeight}, labelSmoothing: {labelSmoothing})"), Binary, (outputs, targets) =>
        {
            var smoothed = labelSmoothing == 0 ? targets : targets.Multiply(1 - labelSmoothing).Add(labelSmoothing / 2);
            using var weight = positiveWeight == 1 ? null : tensor((float)positiveWeight, device: outputs.device);
            return functional.binary_cross_entropy_with_logits(outputs, smoothed, reduction: Reduction.None, pos_weights: weight);
        })
        {
            RowForm = new BinaryCrossEntropyRowLoss((float)positiveWeight, (float)labelSmoothing),
        };
    }

    /// <summary>Softmax cross-entropy on logits: PyTorch's <c>CrossEntropyLoss</c>. Multiclass classification.</summary>
    /// <param name="labelSmoothing">ε: the target distribution becomes (1 − ε) one-hot + ε / K; from 0 to below 1.</param>
    /// <param name="classWeights">One weight per class, from 0.000000001 to 1,000,000,000, in the order of the label's key values; null if all are 1. The mean is weighted as in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Loss CrossEntropy(double labelSmoothing = 0, IReadOnlyList<double>? classWeights = null)
    {
        Guard.Below(labelSmoothing, 0, 1, nameof(labelSmoothing));
        float[]? weights = ClassWeightValues(classWeights);
        Tensor? WeightTensor(Tensor like) => weights is null ? null : tensor(weights, device: like.device);
        return new Loss(
            Text($"CrossEntropy(labelSmoothing: {labelSmoothing}{(weights is null ? "" : $", {ClassWeightText(weights)}")})"),
            Multiclass,
            (outputs, targets) => functional.cross_entropy(outputs, targets, WeightTensor(outputs), reduction: Reduction.None, label_smoothing: labelSmoothing),
            weights is null ? null : targets => WeightTensor(targets)!.index_select(0, targets))
        {
            ClassCount = weights?.Length,
            RowForm = new CrossEntropyRowLoss((float)labelSmoothing, weights),
        };
    }

    /// <summary>The negative log-softmax of the true class: PyTorch's <c>NLLLoss</c> after <c>LogSoftmax</c>. Multiclass classification.</summary>
    /// <param name="classWeights">One weight per class, from 0.000000001 to 1,000,000,000, in the order of the label's key values; null if all are 1. The mean is weighted as in PyTorch.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Loss NegativeLogLikelihood(IReadOnlyList<double>? classWeights = null)
    {
        float[]? weights = ClassWeightValues(classWeights);
        Tensor? WeightTensor(Tensor like) => weights is null ? null : tensor(weights, device: like.device);
        return new Loss(
            weights is null ? "NegativeLogLikelihood" : $"NegativeLogLikelihood({ClassWeightText(weights)})",
            Multiclass,
            (outputs, targets) => functional.nll_loss(outputs.log_softmax(1), targets, WeightTensor(outputs), Reduction.None),
            weights is null ? null : targets => WeightTensor(targets)!.index_select(0, targets))
        {
            ClassCount = weights?.Length,
            RowForm = new CrossEntropyRowLoss(0, weights),
        };
    }

    /// <summary>(x − y)². Regression.</summary>
    public static Loss MeanSquaredError() =>
        new("MeanSquaredError", Regression, (outputs, targets) => functional.mse_loss(outputs, targets, Reduction.None)) { RowForm = new SquaredErrorRowLoss() };

    /// <summary>|x − y|. Regression.</summary>
    public static Loss MeanAbsoluteError() =>
        new("MeanAbsoluteError", Regression, (outputs, targets) => functional.l1_loss(outputs, targets, Reduction.None)) { RowForm = new AbsoluteErrorRowLoss() };

    /// <summary>(x − y)² / (2 beta) below beta, |x − y| − beta / 2 above. Regression.</summary>
    /// <param name="beta">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta"/> is not a finite number above 0.</exception>
    public static Loss SmoothL1(double beta = 1)
    {
        Guard.Positive(beta, nameof(beta));
        return new Loss(Text($"SmoothL1(beta: {beta})"), Regression, (outputs, targets) => functional.smooth_l1_loss(outputs, targets, Reduction.None, beta))
        {
            RowForm = new SmoothL1RowLoss((float)beta),
        };
    }

    /// <summary>(x − y)² / 2 below delta, delta · (|x − y| − delta / 2) above (Huber 1964). Regression.</summary>
    /// <param name="delta">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delta"/> is not a finite number above 0.</exception>
    public static Loss Huber(double delta = 1)
    {
        Guard.Positive(delta, nameof(delta));
        return new Loss(Text($"Huber(delta: {delta})"), Regression, (outputs, targets) => functional.huber_loss(outputs, targets, delta, Reduction.None))
        {
            RowForm = new HuberRowLoss((float)delta),
        };
    }

    /// <summary>
    /// The Kullback-Leibler divergence of the predicted from the true distribution, Σ t (ln t − ln p); t is the one-hot label,
    /// smoothed. It differs from cross-entropy by the entropy of t, which does not depend on the network. Classification.
    /// </summary>
    /// <param name="labelSmoothing">ε: t becomes (1 − ε) one-hot + ε / K; from 0 to below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labelSmoothing"/> is not in [0, 1).</exception>
    public static Loss KullbackLeiblerDivergence(double labelSmoothing = 0)
    {
        Guard.Below(labelSmoothing, 0, 1, nameof(labelSmoothing));
        return new Loss(Text($"KullbackLeiblerDivergence(labelSmoothing: {labelSmoothing})"), Classification, (outputs, targets) =>
        {
            var logProbabilities = LogProbabilities(outputs);
            var truth = functional.one_hot(ClassNumbers(targets), logProbabilities.shape[1]).to_type(ScalarType.Float32)
                .Multiply(1 - labelSmoothing).Add(labelSmoothing / logProbabilities.shape[1]);
            return functional.kl_div(logProbabilities, truth, log_target: false, Reduction.None).sum(1);
        })
        {
            RowForm = new KullbackLeiblerRowLoss(labelSmoothing),
        };
    }

    /// <summary>
    /// eˣ − y x, the Poisson negative log-likelihood without its constant: PyTorch's <c>PoissonNLLLoss</c>. The network outputs the
    /// logarithm of the prediction, and Score is the prediction. Regression with targets of at least 0, which are not standardized.
    /// </summary>
    public static Loss Poisson() =>
        new("Poisson", Regression, (outputs, targets) => functional.poisson_nll_loss(outputs, targets, log_input: true, full: false, reduction: Reduction.None))
        {
            PredictsLogarithm = true,
            RowForm = new PoissonRowLoss(),
        };

    /// <summary>The pinball loss max(q (y − x), (q − 1)(y − x)); its minimum is the q-quantile (Koenker and Bassett 1978). Regression.</summary>
    /// <param name="quantile">q, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="quantile"/> is not between 0 and 1.</exception>
    public static Loss Quantile(double quantile = 0.5)
    {
        Guard.Between(quantile, 0, 1, nameof(quantile));
        return new Loss(Text($"Quantile({quantile})"), Regression, (outputs, targets) =>
        {
            var difference = targets - outputs;
            return maximum(difference.Multiply(quantile), difference.Multiply(quantile - 1));
        })
        {
            RowForm = new QuantileRowLoss(quantile),
        };
    }

    /// <summary>
    /// The mean of the pinball losses of several quantiles at once: the network has an output for each. The column Quantiles has all of them, and Score
    /// is the one nearest to the median. They never cross: training and prediction make each one of its neighbor nearer to the middle and a softplus.
    /// Regression.
    /// </summary>
    /// <param name="quantiles">From 2 to 64 numbers above 0 and below 1, ascending: <c>Losses.Quantiles(0.05, 0.5, 0.95)</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A quantile is not between 0 and 1.</exception>
    /// <exception cref="ArgumentException">There are too few or too many, or they do not ascend.</exception>
    public static Loss Quantiles(params double[] quantiles)
    {
        ArgumentNullException.ThrowIfNull(quantiles);
        if (quantiles.Length is < 2 or > IntervalRule.MaximumCoverages)
            throw new ArgumentException($"There are {quantiles.Length} quantiles; from 2 to {IntervalRule.MaximumCoverages} are possible. Losses.Quantile takes a single one.", nameof(quantiles));
        for (int i = 0; i < quantiles.Length; i++)
        {
            Guard.Between(quantiles[i], 0, 1, $"{nameof(quantiles)}[{i}]");
            if (i > 0 && quantiles[i] <= quantiles[i - 1])
                throw new ArgumentException(Text($"{nameof(quantiles)}[{i}] is {quantiles[i]}, after {quantiles[i - 1]}: name each quantile once, in ascending order."), nameof(quantiles));
        }

        double[] own = [.. quantiles];
        int middle = NetworkSignature.MiddleOf(own);
        return new Loss(Text($"Quantiles({string.Join(", ", own.Select(quantile => Text($"{quantile}")))})"), Regression, (outputs, targets) =>
        {
            using var levels = tensor(own.Select(quantile => (float)quantile).ToArray(), device: outputs.device);
            var difference = targets - Ascending(outputs, middle);
            return maximum(difference * levels, difference * (levels - 1)).mean([1]);
        })
        {
            Quantiles = own,
            RowForm = new QuantilesRowLoss(own, middle),
        };
    }

    /// <summary>−(1 − p)^gamma ln p for the probability p of the true class (Lin et al. 2017). Classification.</summary>
    /// <param name="gamma">From 0 to 1000; 0 is cross-entropy.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Loss Focal(double gamma = 2)
    {
        Guard.InRange(gamma, 0, MaximumGamma, nameof(gamma));
        return new Loss(Text($"Focal(gamma: {gamma})"), Classification, (outputs, targets) =>
        {
            var classes = ClassNumbers(targets);
            var logProbability = LogProbabilities(outputs).gather(1, classes.unsqueeze(1)).squeeze(1);
            // 1 − p, exact near p = 1 and never 0, where a power below 1 has no derivative.
            return logProbability.expm1().neg().ClampMinimum(1e-30).Power(gamma).mul(logProbability).neg();
        })
        {
            RowForm = new FocalRowLoss(gamma),
        };
    }

    /// <summary>A loss of your own: <c>Losses.Custom((prediction, target) =&gt; torch.mean(torch.pow(prediction - target, 4)))</c>.</summary>
    /// <param name="loss">
    /// Maps the network's raw outputs, [rows, outputs], and the targets to one value per row or to their mean; with example or class weights
    /// it must return one value per row. Targets are [rows, 1] numbers (0 and 1 for two classes); for multiclass they are [rows] class
    /// numbers, which <c>torch.nn.functional.one_hot</c> brings into the outputs' shape.
    /// </param>
    /// <param name="name">The loss's name in messages and reports.</param>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public static Loss Custom(Func<Tensor, Tensor, Tensor> loss, string name = "Custom")
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentException.ThrowIfNullOrEmpty(name);
        StorableText.Check(name, "The loss's name");
        return new Loss(name, All, loss) { IsCustom = true };
    }

    /// <summary>Makes outputs ascend from column to column, as <see cref="AscendingLayer"/> describes.</summary>
    internal static Tensor Ascending(Tensor outputs, int middle)
    {
        var columns = Enumerable.Range(0, (int)outputs.shape[1]).Select(i => outputs.narrow(1, i, 1)).ToArray();
        for (int i = middle + 1; i < columns.Length; i++)
            columns[i] = columns[i - 1] + functional.softplus(columns[i]);
        for (int i = middle - 1; i >= 0; i--)
            columns[i] = columns[i + 1] - functional.softplus(columns[i]);
        return cat(columns, 1);
    }

    /// <summary>Returns [rows, K] log-probabilities, for a single logit as well.</summary>
    private static Tensor LogProbabilities(Tensor outputs) =>
        outputs.shape[1] == 1 ? cat([functional.logsigmoid(outputs.neg()), functional.logsigmoid(outputs)], 1) : outputs.log_softmax(1);

    /// <summary>Returns [rows] class numbers, for 0/1 targets of shape [rows, 1] as well.</summary>
    private static Tensor ClassNumbers(Tensor targets) => targets.dim() == 1 ? targets : targets.squeeze(1).to_type(ScalarType.Int64);

    /// <summary>Checks the weight of a class: in single precision it must be neither 0 nor infinite, and losses divide by sums of weights.</summary>
    internal static void CheckWeight(double weight, string name) => Guard.InRange(weight, 1e-9, 1e9, name);

    private static float[]? ClassWeightValues(IReadOnlyList<double>? classWeights)
    {
        if (classWeights is null)
            return null;
        for (int i = 0; i < classWeights.Count; i++)
            CheckWeight(classWeights[i], $"classWeights[{i}]");
        return [.. classWeights.Select(weight => (float)weight)];
    }

    private static string ClassWeightText(float[] weights) => $"classWeights: [{string.Join(", ", weights.Select(weight => Text($"{weight}")))}]";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
