using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>The optimizers, by PyTorch's names and with its defaults; the learning rate and the weight decay are options of the trainer.</summary>
/// <remarks>
/// With <see cref="SGD"/> without momentum, <see cref="Adagrad"/> and <see cref="SparseAdam"/>, a step on the CPU updates only those
/// rows of an embedding-bag layer that its batch looks up, if the layer comes first after input scaling and reads rows that are kept
/// sparse; weight decay then acts on those rows only. Any other optimizer updates all rows in each step.
/// </remarks>
public static class Optimizers
{
    // A larger epsilon would leave nothing of a step, a larger decay term nothing of the weights.
    private const double MaximumEpsilon = 1000;
    private const double MaximumLambda = 1000;

    // Torch reserves room for the whole history in the first step, and every remembered update is as large as the network.
    private const int MaximumHistory = 10_000;

    // Beyond this the first iteration would already lose the matrix in rounding.
    private const double MaximumCoefficient = 100;

    /// <summary>Stochastic gradient descent.</summary>
    /// <param name="momentum">At least 0, below 1; 0 for none.</param>
    /// <param name="nesterov">Nesterov's momentum; needs a momentum above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="momentum"/> is not in [0, 1).</exception>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public static Optimizer SGD(double momentum = 0, bool nesterov = false)
    {
        Guard.Below(momentum, 0, 1, nameof(momentum));
        if (nesterov && momentum == 0)
            throw new ArgumentException("nesterov needs a momentum above 0.", nameof(nesterov));
        return new Optimizer(Text($"SGD(momentum: {momentum}, nesterov: {nesterov})"),
            (parameters, rate, decay) => optim.SGD(parameters, rate, momentum, weight_decay: decay, nesterov: nesterov))
        {
            DefaultLearningRate = 0.01,
            IsLazy = momentum == 0,
            Fuse = (count, groups) => new FusedOptimizer<SgdUpdate>(new SgdUpdate(momentum, nesterov), count, groups),
        };
    }

    /// <summary>Adam (Kingma and Ba 2015). Weight decay is an L2 penalty; for decoupled decay use <see cref="AdamW"/>.</summary>
    /// <param name="beta1">The decay of the gradient's average; at least 0, below 1.</param>
    /// <param name="beta2">The decay of the squared gradient's average; at least 0, below 1.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <param name="amsgrad">The variant of Reddi et al. 2018.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1), or <paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Optimizer Adam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, bool amsgrad = false)
    {
        CheckBetas(beta1, beta2, epsilon);
        return new Optimizer(Text($"Adam(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon}, amsgrad: {amsgrad})"),
            (parameters, rate, decay) => optim.Adam(parameters, rate, beta1, beta2, epsilon, decay, amsgrad))
        {
            Fuse = (count, groups) => new FusedOptimizer<AdamUpdate>(new AdamUpdate(beta1, beta2, epsilon, amsgrad, decoupled: false), count, groups),
        };
    }

    /// <summary>Adam with decoupled weight decay (Loshchilov and Hutter 2019).</summary>
    /// <inheritdoc cref="Adam" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1), or <paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Optimizer AdamW(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, bool amsgrad = false)
    {
        CheckBetas(beta1, beta2, epsilon);
        return new Optimizer(Text($"AdamW(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon}, amsgrad: {amsgrad})"),
            (parameters, rate, decay) => optim.AdamW(parameters, rate, beta1, beta2, epsilon, decay, amsgrad))
        {
            DefaultWeightDecay = 0.01,
            Fuse = (count, groups) => new FusedOptimizer<AdamUpdate>(new AdamUpdate(beta1, beta2, epsilon, amsgrad, decoupled: true), count, groups),
        };
    }

    /// <summary>
    /// Momentum whose update of a weight matrix is orthogonalized: all its directions are learned at the same pace (Jordan et al. 2024;
    /// torch.optim.Muon). It updates the weights of all Linears but the output layer and embeddings; AdamW updates everything else.
    /// </summary>
    /// <remarks>
    /// Biases, normalization layers and embeddings of numbers have no weight decay, as in arXiv 2604.15297. Matrices are orthogonalized in
    /// single precision, where PyTorch takes bfloat16. A step costs about ten times a matrix's size times its smaller side in
    /// multiplications, whatever the batch.
    /// </remarks>
    /// <param name="momentum">The decay of the gradient's average; at least 0, below 1.</param>
    /// <param name="nesterov">Nesterov's momentum.</param>
    /// <param name="coefficients">Three coefficients of the iteration that orthogonalizes, each from −100 to 100; null for 3.4445, −4.7750 and 2.0315.</param>
    /// <param name="epsilon">The smallest norm that an update is divided by; above 0, at most 1000.</param>
    /// <param name="steps">The iterations that orthogonalize; from 1 to 99.</param>
    /// <param name="adjustment">How the learning rate depends on the shape of a matrix.</param>
    /// <param name="adamWLearningRate">AdamW's learning rate, which the schedule multiplies as well; above 0, at most 10,000,000,000. Null for the same as for matrices.</param>
    /// <param name="beta1">AdamW's decay of the gradient's average; at least 0, below 1.</param>
    /// <param name="beta2">AdamW's decay of the squared gradient's average; at least 0, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    /// <exception cref="ArgumentException"><paramref name="coefficients"/> does not have three values.</exception>
    public static Optimizer Muon(
        double momentum = 0.95,
        bool nesterov = true,
        IReadOnlyList<double>? coefficients = null,
        double epsilon = 1e-7,
        int steps = 5,
        MuonAdjustment adjustment = MuonAdjustment.Original,
        double? adamWLearningRate = null,
        double beta1 = 0.9,
        double beta2 = 0.999)
    {
        const double AdamWEpsilon = 1e-8;
        Guard.Below(momentum, 0, 1, nameof(momentum));
        double[] abc = [.. coefficients ?? [3.4445, -4.7750, 2.0315]];
        if (abc.Length != 3)
            throw new ArgumentException($"coefficients has {abc.Length} values; it must have 3.", nameof(coefficients));
        for (int i = 0; i < abc.Length; i++)
            Guard.InRange(abc[i], -MaximumCoefficient, MaximumCoefficient, $"{nameof(coefficients)}[{i}]");
        Guard.Positive(epsilon, MaximumEpsilon, nameof(epsilon));
        Guard.InRange(steps, 1, 99, nameof(steps));
        Guard.Defined(adjustment, nameof(adjustment));
        if (adamWLearningRate is { } rateOfOthers)
            Guard.Positive(rateOfOthers, DenseNetOptions.MaximumRate, nameof(adamWLearningRate));
        CheckBetas(beta1, beta2, AdamWEpsilon);
        var settings = new MuonSettings(momentum, nesterov, (abc[0], abc[1], abc[2]), epsilon, steps, adjustment, adamWLearningRate);
        string text = Text($"Muon(momentum: {momentum}, nesterov: {nesterov}, coefficients: [{abc[0]}, {abc[1]}, {abc[2]}], epsilon: {epsilon}, steps: {steps}, adjustment: {adjustment}");
        return new Optimizer(text + Text($"{(adamWLearningRate is { } rate ? Text($", adamWLearningRate: {rate}") : "")}, beta1: {beta1}, beta2: {beta2})"),
            (parameters, others, decay) => optim.AdamW(parameters, others, beta1, beta2, AdamWEpsilon, decay))
        {
            DefaultWeightDecay = 0.1,
            Muon = settings,
            Fuse = (count, groups) => new MuonOptimizer(
                settings, new FusedOptimizer<AdamUpdate>(new AdamUpdate(beta1, beta2, AdamWEpsilon, amsgrad: false, decoupled: true), count, [.. groups.Where(group => group.Rows == 0)]), groups),
        };
    }

    /// <summary>
    /// Adam for embeddings with many rows, of which a step sees few: rows that a step does not see keep their values and their averages
    /// (torch.optim.SparseAdam). Everywhere else it is Adam. It has no weight decay.
    /// </summary>
    /// <param name="beta1">The decay of the gradient's average; at least 0, below 1.</param>
    /// <param name="beta2">The decay of the squared gradient's average; at least 0, below 1.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Optimizer SparseAdam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        CheckBetas(beta1, beta2, epsilon);
        return new Optimizer(Text($"SparseAdam(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon})"),
            (parameters, rate, _) => optim.Adam(parameters, rate, beta1, beta2, epsilon)) // TorchSharp has no other; without rows they agree
        {
            HasWeightDecay = false,
            IsLazy = true,
            Fuse = (count, groups) => new FusedOptimizer<SparseAdamUpdate>(new SparseAdamUpdate(beta1, beta2, epsilon), count, groups),
        };
    }

    /// <summary>Adam on the infinity norm (Kingma and Ba 2015).</summary>
    /// <inheritdoc cref="Adam" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1), or <paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Optimizer Adamax(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        CheckBetas(beta1, beta2, epsilon);
        return new Optimizer(Text($"Adamax(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon})"),
            (parameters, rate, decay) => optim.Adamax(parameters, rate, beta1, beta2, epsilon, decay))
        {
            DefaultLearningRate = 2e-3,
            Fuse = (count, groups) => new FusedOptimizer<AdamaxUpdate>(new AdamaxUpdate(beta1, beta2, epsilon), count, groups),
        };
    }

    /// <summary>Adam with Nesterov momentum (Dozat 2016).</summary>
    /// <param name="beta1">The decay of the gradient's average; at least 0, below 1.</param>
    /// <param name="beta2">The decay of the squared gradient's average; at least 0, below 1.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <param name="momentumDecay">At least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1), <paramref name="epsilon"/> is not a finite number above 0, or <paramref name="momentumDecay"/> is not one of at least 0.</exception>
    public static Optimizer NAdam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double momentumDecay = 0.004)
    {
        CheckBetas(beta1, beta2, epsilon);
        Guard.NotNegative(momentumDecay, nameof(momentumDecay));
        return new Optimizer(Text($"NAdam(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon}, momentumDecay: {momentumDecay})"),
            (parameters, rate, decay) => optim.NAdam(parameters, rate, beta1, beta2, epsilon, decay, momentumDecay))
        {
            DefaultLearningRate = 2e-3,
            Fuse = (count, groups) => new FusedOptimizer<NAdamUpdate>(new NAdamUpdate(beta1, beta2, epsilon, momentumDecay), count, groups),
        };
    }

    /// <summary>Rectified Adam (Liu et al. 2020).</summary>
    /// <inheritdoc cref="Adam" path="/param"/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="beta1"/> or <paramref name="beta2"/> is not in [0, 1), or <paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Optimizer RAdam(double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8)
    {
        CheckBetas(beta1, beta2, epsilon);
        return new Optimizer(Text($"RAdam(beta1: {beta1}, beta2: {beta2}, epsilon: {epsilon})"),
            (parameters, rate, decay) => optim.RAdam(parameters, rate, beta1, beta2, epsilon, decay))
        {
            // TorchSharp 0.107 multiplies rectified steps by the learning rate twice.
            TorchLearningRate = (rate, step) => RAdamUpdate.IsRectified(beta2, step) ? Math.Sqrt(rate) : rate,
            Fuse = (count, groups) => new FusedOptimizer<RAdamUpdate>(new RAdamUpdate(beta1, beta2, epsilon), count, groups),
        };
    }

    /// <summary>Adadelta (Zeiler 2012).</summary>
    /// <param name="rho">The decay of the squared gradient's average; at least 0, below 1.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Optimizer Adadelta(double rho = 0.9, double epsilon = 1e-6)
    {
        Guard.Below(rho, 0, 1, nameof(rho));
        Guard.Positive(epsilon, MaximumEpsilon, nameof(epsilon));
        return new Optimizer(Text($"Adadelta(rho: {rho}, epsilon: {epsilon})"),
            (parameters, rate, decay) => optim.Adadelta(parameters, rate, rho, epsilon, decay))
        {
            DefaultLearningRate = 1,
            Fuse = (count, groups) => new FusedOptimizer<AdadeltaUpdate>(new AdadeltaUpdate(rho, epsilon), count, groups),
        };
    }

    /// <summary>Adagrad (Duchi et al. 2011).</summary>
    /// <param name="learningRateDecay">At least 0.</param>
    /// <param name="initialAccumulator">At least 0.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside the range stated above.</exception>
    public static Optimizer Adagrad(double learningRateDecay = 0, double initialAccumulator = 0, double epsilon = 1e-10)
    {
        Guard.NotNegative(learningRateDecay, nameof(learningRateDecay));
        Guard.NotNegative(initialAccumulator, nameof(initialAccumulator));
        Guard.Positive(epsilon, MaximumEpsilon, nameof(epsilon));
        return new Optimizer(Text($"Adagrad(learningRateDecay: {learningRateDecay}, initialAccumulator: {initialAccumulator}, epsilon: {epsilon})"),
            (parameters, rate, decay) => optim.Adagrad(parameters, rate, learningRateDecay, decay, initialAccumulator, epsilon))
        {
            DefaultLearningRate = 0.01,
            IsLazy = true,
            Fuse = (count, groups) => new FusedOptimizer<AdagradUpdate>(new AdagradUpdate(learningRateDecay, epsilon), count, groups, (float)initialAccumulator),
        };
    }

    /// <summary>RMSprop (Tieleman and Hinton 2012).</summary>
    /// <param name="alpha">The decay of the squared gradient's average; at least 0, below 1.</param>
    /// <param name="epsilon">Added to the denominator; above 0, at most 1000.</param>
    /// <param name="momentum">At least 0, below 1.</param>
    /// <param name="centered">Whether the squared gradient is centered by the gradient's average.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> or <paramref name="momentum"/> is not in [0, 1), or <paramref name="epsilon"/> is not a finite number above 0.</exception>
    public static Optimizer RMSprop(double alpha = 0.99, double epsilon = 1e-8, double momentum = 0, bool centered = false)
    {
        Guard.Below(alpha, 0, 1, nameof(alpha));
        Guard.Positive(epsilon, MaximumEpsilon, nameof(epsilon));
        Guard.Below(momentum, 0, 1, nameof(momentum));
        return new Optimizer(Text($"RMSprop(alpha: {alpha}, epsilon: {epsilon}, momentum: {momentum}, centered: {centered})"),
            (parameters, rate, decay) => optim.RMSProp(parameters, rate, alpha, epsilon, decay, momentum, centered))
        {
            DefaultLearningRate = 0.01,
            Fuse = (count, groups) => new FusedOptimizer<RMSpropUpdate>(new RMSpropUpdate(alpha, epsilon, momentum, centered), count, groups),
        };
    }

    /// <summary>
    /// Resilient backpropagation (Riedmiller and Braun 1993); for full batches. It has no weight decay. The first learning rate is the
    /// size of the first steps; a schedule has no effect after that.
    /// </summary>
    /// <param name="decrease">The factor when a gradient changes sign; above 0, below 1.</param>
    /// <param name="increase">The factor when it does not; above 1.</param>
    /// <param name="minimumStep">The smallest step; above 0.</param>
    /// <param name="maximumStep">The largest step; at least <paramref name="minimumStep"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decrease"/> is not between 0 and 1, <paramref name="increase"/> is not above 1, <paramref name="minimumStep"/> is not above 0, <paramref name="maximumStep"/> is below <paramref name="minimumStep"/>, or one of them is not finite.</exception>
    public static Optimizer Rprop(double decrease = 0.5, double increase = 1.2, double minimumStep = 1e-6, double maximumStep = 50)
    {
        Guard.Between(decrease, 0, 1, nameof(decrease));
        Guard.Between(increase, 1, double.PositiveInfinity, nameof(increase));
        Guard.Positive(minimumStep, nameof(minimumStep));
        Guard.AtLeast(maximumStep, minimumStep, nameof(maximumStep), nameof(minimumStep));
        return new Optimizer(Text($"Rprop(decrease: {decrease}, increase: {increase}, minimumStep: {minimumStep}, maximumStep: {maximumStep})"),
            (parameters, rate, _) => optim.Rprop(parameters, rate, decrease, increase, minimumStep, maximumStep))
        {
            HasWeightDecay = false,
            DefaultLearningRate = 0.01,
            Fuse = (count, groups) => new FusedOptimizer<RpropUpdate>(new RpropUpdate(decrease, increase, minimumStep, maximumStep), count, groups),
        };
    }

    /// <summary>Averaged stochastic gradient descent (Polyak and Juditsky 1992).</summary>
    /// <param name="lambda">The decay term; from 0 to 1000.</param>
    /// <param name="alpha">The exponent of the learning rate's decay; at least 0.</param>
    /// <param name="averagingStart">The step at which averaging starts; at least 0. As in torch, the average is kept separately: the model gets the last values.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lambda"/>, <paramref name="alpha"/> or <paramref name="averagingStart"/> is not a finite number of at least 0.</exception>
    public static Optimizer ASGD(double lambda = 1e-4, double alpha = 0.75, double averagingStart = 1e6)
    {
        Guard.InRange(lambda, 0, MaximumLambda, nameof(lambda));
        Guard.NotNegative(alpha, nameof(alpha));
        Guard.NotNegative(averagingStart, nameof(averagingStart));
        return new Optimizer(Text($"ASGD(lambda: {lambda}, alpha: {alpha}, averagingStart: {averagingStart})"),
            (parameters, rate, decay) => optim.ASGD(parameters, rate, lambda, alpha, averagingStart, decay))
        {
            DefaultLearningRate = 0.01,
            Fuse = (count, groups) => new FusedOptimizer<AsgdUpdate>(new AsgdUpdate(lambda, alpha), count, groups),
        };
    }

    /// <summary>L-BFGS (Liu and Nocedal 1989), as implemented by torch. Meant for full batches; it has no weight decay.</summary>
    /// <param name="maximumIterations">Iterations per step; at least 1.</param>
    /// <param name="historySize">The number of updates remembered; from 1 to 10,000.</param>
    /// <param name="gradientTolerance">A step ends when no gradient exceeds it; at least 0.</param>
    /// <param name="changeTolerance">A step ends when values change by less; at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximumIterations"/> or <paramref name="historySize"/> is below 1, or a tolerance is not a finite number of at least 0.</exception>
    public static Optimizer LBFGS(int maximumIterations = 20, int historySize = 100, double gradientTolerance = 1e-5, double changeTolerance = 1e-9)
    {
        Guard.AtLeast(maximumIterations, 1, nameof(maximumIterations));
        Guard.InRange(historySize, 1, MaximumHistory, nameof(historySize));
        Guard.NotNegative(gradientTolerance, nameof(gradientTolerance));
        Guard.NotNegative(changeTolerance, nameof(changeTolerance));
        return new Optimizer(Text($"LBFGS(maximumIterations: {maximumIterations}, historySize: {historySize}, gradientTolerance: {gradientTolerance}, changeTolerance: {changeTolerance})"),
            (parameters, rate, _) => optim.LBFGS(parameters, rate, maximumIterations, TorchLbfgs.EvaluationsOf(maximumIterations), gradientTolerance, changeTolerance, historySize))
        {
            HasWeightDecay = false,
            NeedsClosure = true,
            TorchStates = 2L * historySize,
            CreateLbfgs = (parameters, rate) => TorchLbfgs.TryCreate(parameters, rate, maximumIterations, gradientTolerance, changeTolerance, historySize),
            DefaultLearningRate = 1,
        };
    }

    /// <summary>An optimizer of your own.</summary>
    /// <remarks>
    /// It may set learning rates other than the one it is given, one for each group of parameters; the trainer's schedule multiplies
    /// whatever it sets. The history shows the trainer's own rate. An <c>LBFGS</c> is given its closure.
    /// </remarks>
    /// <param name="create">
    /// Creates a torch optimizer from the parameters, the learning rate and the weight decay. The parameters are the network's individual
    /// tensors, in the order of <see cref="NetworkLayout.Tensors"/>: for each Linear the weight, [units, inputs], and the bias, [units].
    /// </param>
    /// <param name="name">The optimizer's name in messages and reports.</param>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public static Optimizer Custom(Func<IReadOnlyList<Parameter>, double, double, optim.Optimizer> create, string name = "Custom")
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentException.ThrowIfNullOrEmpty(name);
        StorableText.Check(name, "The optimizer's name");
        return new Optimizer(name, create) { IsCustom = true };
    }

    private static void CheckBetas(double beta1, double beta2, double epsilon)
    {
        Guard.Below(beta1, 0, 1, nameof(beta1));
        Guard.Below(beta2, 0, 1, nameof(beta2));
        Guard.Positive(epsilon, MaximumEpsilon, nameof(epsilon));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
