using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Faults in losses, modules, optimizers, schedules and observers that users write: each is named, and the next training works.</summary>
[TestClass]
public sealed class UserCodeTests
{
    private readonly MLContext _ml = new(seed: 1);

    private sealed class OwnException : Exception
    {
        public OwnException(string message)
            : base(message)
        {
        }
    }

    public static IEnumerable<object[]> BadLosses =>
    [
        Bad((_, _) => null!, "'mine' returned null", "one value a row"),
        Bad((x, y) => (x - y).square().to(ScalarType.Float64), "'mine' returned Float64", "Float32"),
        Bad((x, y) => (x - y).square().to(ScalarType.Int32), "'mine' returned Int32", "Float32"),
        Bad((x, y) => (x - y).square().to(ScalarType.Bool), "'mine' returned Bool"),
        Bad((x, y) => cat([x, x], 0), "'mine' gave", "for"),
        Bad((x, _) => zeros_like(x), "'mine' does not depend on the prediction"),
        Bad((x, y) => (x.detach() - y).square(), "'mine' does not depend on the prediction"),
        Bad((x, _) => x - zeros(x.shape[0] + 1, 3), "The loss 'mine' failed on predictions", "Torch said"),
        Bad(Disposed, "'mine' returned a tensor that is disposed"),
        Bad(DisposesPrediction, "'mine' disposed a tensor that it was given"),
        Bad(DisposesTarget, "'mine' disposed a tensor that it was given"),
    ];

    [TestMethod]
    [DynamicData(nameof(BadLosses))]
    public void ALossThatCannotWorkIsNamed(Func<Tensor, Tensor, Tensor> loss, string[] words)
    {
        // From the first call, which tries it, and from a later one, in the middle of a training by either engine.
        foreach (bool isTorch in new[] { false, true })
        {
            foreach (int good in new[] { 0, 4 })
            {
                int calls = 0;
                Tensor Mine(Tensor x, Tensor y) => calls++ < good ? (x - y).square() : loss(x, y);
                FailsNamed<InvalidOperationException>(options => Configure(options, isTorch, Losses.Custom(Mine, "mine")), words);
            }
        }

        static void Configure(DenseNetOptions options, bool isTorch, Loss mine)
        {
            options.Loss = mine;
            options.Network = isTorch ? Layer.Sequential(Layer.Linear(4), TorchOnly.Layer) : Layer.Linear(4);
        }
    }

    [TestMethod]
    public void ALossWithAGradientOfSomethingElseIsRefused() =>
        FailsNamed<InvalidOperationException>(options => options.Loss = Losses.Custom((x, _) => ones_like(x).requires_grad_(), "mine"), ["'mine' does not depend on the prediction"]);

    public static IEnumerable<object[]> BadModules =>
    [
        BadModule(_ => null!, "Module 'mine' returned null", "[rows, outputs]"),
        BadModule(x => x.to(ScalarType.Float64), "Module 'mine' returned Float64", "Float32"),
        BadModule(x => x.to(ScalarType.Int64), "Module 'mine' returned Int64"),
        BadModule(x => cat([x, x], 1), "Module 'mine' maps [", ", 2]"),
        BadModule(x => x.sum(), "Module 'mine' maps ["),
        BadModule(x => x - zeros(x.shape[0] + 1, 3), "Module 'mine' failed on inputs [", "Torch said"),
        BadModule(Disposed, "Module 'mine' returned a tensor that is disposed"),
    ];

    [TestMethod]
    [DynamicData(nameof(BadModules))]
    public void AModuleThatCannotWorkIsNamed(Func<Tensor, Tensor> output, string[] words)
    {
        // At first, and after the call that describes it.
        foreach (int good in new[] { 0, 3 })
        {
            int calls = 0;
            FailsNamed<InvalidOperationException>(options =>
            {
                options.Module = inputs => new Mine(inputs, x => calls++ < good ? x : output(x));
                options.ModuleName = "mine";
            }, words);
        }
    }

    [TestMethod]
    public void AModuleMustKeepItsTensors()
    {
        foreach (var (change, word) in new (Action<Mine>, string)[] { (module => module.Replace(), "another tensor"), (module => module.Linear.weight!.Dispose(), "disposed") })
        {
            Mine? last = null;
            FailsNamed<InvalidOperationException>(options =>
            {
                options.Module = inputs => new Mine(inputs, x => x, module => last = module);
                options.ModuleName = "mine";
                options.Progress = progress =>
                {
                    if (progress.Epoch == 1)
                        change(last!);
                };
            }, ["module 'mine'", word], StringComparison.OrdinalIgnoreCase);
        }
    }

    [TestMethod]
    public void WhatUsersThrowReachesThemAsItWas()
    {
        var own = new OwnException("mine");
        Throws(options => options.Loss = Losses.Custom((_, _) => throw own, "l"), "The loss 'l' on predictions [");
        Throws(options => options.Schedule = Schedules.Custom(point => point.Epoch == 1 ? throw own : 1, "s"), "Schedule 's' in epoch 2, step ");
        Throws(options => options.Optimizer = Optimizers.Custom((_, _, _) => throw own, "o"), "The optimizer 'o' when it was made");
        Throws(options => options.Optimizer = Optimizers.Custom((parameters, rate, _) => new ThrowingOptimizer(parameters, rate, own), "o"), "The optimizer 'o' in step 1");
        Throws(options => SetModule(options, _ => throw own), "The module when it was made for 5 inputs", "The module 'm' when it was made");
        Throws(options => SetModule(options, inputs => new Mine(inputs, _ => throw own)), "Module 'm' on inputs [");
        Throws(options => options.Progress = _ => throw own, "Observer Progress in OnEpochEnded, 1 epochs done");
        foreach (string member in new[] { "OnTrainingStarted", "OnEpochStarted", "OnEpochEnded", "OnTrainingEnded", "OnModelReady" })
            Throws(options => options.Observers.Add(new Hook(member, () => throw own)), $"Observer {typeof(Hook).FullName} in {member}");

        void Throws(Action<DenseNetOptions> set, params string[] notes)
        {
            own.Data.Clear();
            Assert.AreSame(own, Fails<OwnException>(set));
            string note = (string)own.Data["DenseNet"]!;
            Assert.IsTrue(notes.Any(expected => note.StartsWith(expected, StringComparison.Ordinal)), note);
        }

        static void SetModule(DenseNetOptions options, ModuleFactory factory)
        {
            options.Module = factory;
            options.ModuleName = "m";
        }
    }

    [TestMethod]
    [DataRow("OnTrainingStarted")]
    [DataRow("OnEpochStarted")]
    [DataRow("OnEpochEnded")]
    public void CancellingInsideAnObserverCancels(string member)
    {
        using var source = new CancellationTokenSource();
        Fails<OperationCanceledException>(options =>
        {
            options.CancellationToken = source.Token;
            options.Observers.Add(new Hook(member, source.Cancel));
        });
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(-1.0)]
    [DataRow(double.PositiveInfinity)]
    public void RatesMustBeNumbers(double factor)
    {
        FailsNamed<ArgumentOutOfRangeException>(options => options.Schedule = Schedules.Custom(point => point.Step == 3 ? factor : 1, "mine"), ["schedule 'mine' in epoch", "step 3", "at least 0"]);
        FailsNamed<InvalidOperationException>(options => options.Optimizer = Optimizers.Custom((parameters, _, _) => optim.SGD(parameters, factor < 0 ? double.NaN : factor), "mine"), ["optimizer 'mine'", "learning rate"]);
        FailsNamed<InvalidOperationException>(
            options =>
            {
                options.HiddenUnits = null;
                options.Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [4], Dropout = 0.5f, DropoutSchedule = Schedules.Custom(_ => 2, "mine") };
            },
            ["Schedule 'mine' multiplies dropout of 0.5 by 2", "below 1"]);
    }

    [TestMethod]
    public void DivergenceNamesTheCodeThatMayBeWhy()
    {
        FailsNamed<InvalidOperationException>(options => options.Loss = Losses.Custom((x, y) => (x - y) / 0, "mine"), ["diverged", "the loss 'mine'"]);
        FailsNamed<InvalidOperationException>(options => options.Optimizer = Optimizers.Custom((parameters, _, _) => new ThrowingOptimizer(parameters, 0.1, null), "mine"), ["diverged", "the optimizer 'mine'"]);
    }

    private static object[] Bad(Func<Tensor, Tensor, Tensor> loss, params string[] words) => [loss, words];

    private static object[] BadModule(Func<Tensor, Tensor> output, params string[] words) => [output, words];

    private static Tensor Disposed(Tensor x, Tensor y) => Disposed(x + y);

    private static Tensor Disposed(Tensor x)
    {
        var result = x * 1;
        result.Dispose();
        return result;
    }

    private static Tensor DisposesPrediction(Tensor x, Tensor y)
    {
        var result = (x - y).square();
        x.Dispose();
        return result;
    }

    private static Tensor DisposesTarget(Tensor x, Tensor y)
    {
        var result = (x - y).square();
        y.Dispose();
        return result;
    }

    private void FailsNamed<TException>(Action<DenseNetOptions> set, string[] words, StringComparison comparison = StringComparison.Ordinal)
        where TException : Exception
    {
        var error = Fails<TException>(set);
        foreach (string word in words)
            Assert.IsTrue(error.Message.Contains(word, comparison), $"'{word}' in: {error.Message}");
        Assert.AreSame(error, error.GetBaseException(), "nothing hides the message");
    }

    /// <summary>Trains in vain; sees that no tensor stays and that the next training gives what it would have given.</summary>
    private TException Fails<TException>(Action<DenseNetOptions> set)
        where TException : Exception
    {
        float[] expected = Train(_ => { });
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        long live = statistics.ThreadTotalLiveCount;
        var error = Assert.Throws<TException>(() => Train(set));
        Assert.AreEqual(live, statistics.ThreadTotalLiveCount, $"tensors left by {error.Message}");
        CollectionAssert.AreEqual(expected, Train(_ => { }));
        return error;
    }

    private float[] Train(Action<DenseNetOptions> set)
    {
        var options = new DenseNetBinaryTrainer.Options { LabelColumnName = nameof(ScoringRow.Flag), HiddenUnits = [4], NumberOfEpochs = 3, BatchSize = 16, Seed = 1 };
        set(options);
        if (options.Network is not null || options.Module is not null)
            options.HiddenUnits = null;
        return _ml.BinaryClassification.Trainers.DenseNet(options).Fit(TestTransformers.Data(_ml, ScoringRow.Create(40))).Model.Network.Parameters.ToArray();
    }

    /// <summary>A Linear of one output, which a function may spoil.</summary>
    private sealed class Mine : nn.Module<Tensor, Tensor>
    {
        private readonly Func<Tensor, Tensor> _output;
        private readonly Action<Mine>? _runs;

        public Mine(int inputs, Func<Tensor, Tensor> output, Action<Mine>? runs = null)
            : base(nameof(Mine))
        {
            _output = output;
            _runs = runs;
            Linear = nn.Linear(inputs, 1);
            register_module("linear", Linear);
        }

        public Linear Linear { get; }

        public override Tensor forward(Tensor input)
        {
            _runs?.Invoke(this);
            return _output(Linear.forward(input));
        }

        public void Replace() => Linear.weight = new Parameter(zeros_like(Linear.weight!));
    }

    /// <summary>An optimizer that throws, or, without an exception, makes weights NaN.</summary>
    private sealed class ThrowingOptimizer(IEnumerable<Parameter> parameters, double rate, Exception? exception) : SGD(parameters, rate)
    {
        private readonly Parameter[] _parameters = [.. parameters];

        public override Tensor step(Func<Tensor>? closure = null)
        {
            if (exception is not null)
                throw exception;
            foreach (var parameter in _parameters)
                parameter.fill_(double.NaN);
            return null!;
        }
    }

    private sealed class Hook(string member, Action action) : TrainingObserver
    {
        public override void OnTrainingStarted(TrainingProgress progress) => Run(nameof(OnTrainingStarted));

        public override void OnEpochStarted(TrainingProgress progress) => Run(nameof(OnEpochStarted));

        public override void OnEpochEnded(TrainingProgress progress) => Run(nameof(OnEpochEnded));

        public override void OnTrainingEnded(TrainingProgress progress) => Run(nameof(OnTrainingEnded));

        public override void OnModelReady(TrainedNetwork network, LearningTask task) => Run(nameof(OnModelReady));

        private void Run(string called)
        {
            if (called == member)
                action();
        }
    }
}
