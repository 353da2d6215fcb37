using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Reporting;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What is done with a number once its place has taken it: as a rule, a small training.</summary>
internal static class NumericUses
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly Type[] Trainers = [typeof(DenseNetBinaryTrainer.Options), typeof(DenseNetMulticlassTrainer.Options), typeof(DenseNetRegressionTrainer.Options)];
    private static readonly IDataView Rows = TestTransformers.Data(Ml, ScoringRow.Create(64));

    /// <summary>The object that a method is called on, by its type.</summary>
    private static readonly Dictionary<Type, object> Targets = new()
    {
        [typeof(Layer)] = Layer.Linear(2),
        [typeof(TrainedNetwork)] = TestNetworks.Create(ScoringRow.Width, 1).With(new NetworkSignature(LearningTask.BinaryClassification)),
        [typeof(QuantizationCost)] = new QuantizationCost(LearningTask.BinaryClassification, 0.5, 0.5),
        [typeof(ClassificationResults)] = new ClassificationResults(["no", "yes"], [0, 1, 1], [[0.6f, 0.4f], [0.3f, 0.7f], [0.8f, 0.2f]]),
        [typeof(RegressionResults)] = new RegressionResults([1, 2, 4], [1.5f, 2, 3]),
        [typeof(GlobalExplanation)] = ExplainedRows.Read(TestNetworks.Create(ScoringRow.Width, 1), Rows).Explain(),
    };

    /// <summary>Sets a property or field and trains with it.</summary>
    public static void OfMember(Type type, string name, Action<object, object> set, object value)
    {
        if (type == typeof(DenseNetDefaults))
        {
            var defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { WorkBudget = 1e7 };
            set(defaults, value);
            int? epochs = name == nameof(DenseNetDefaults.NumberOfEpochs) ? null : 2;
            Train<DenseNetBinaryTrainer.Options>(options => (options.HiddenUnits, options.Defaults, options.NumberOfEpochs) = (null, defaults, epochs));
            Train<DenseNetRegressionTrainer.Options>(options => (options.HiddenUnits, options.Defaults, options.NumberOfEpochs) = (null, defaults, epochs));
        }
        else if (typeof(DenseNetOptions).IsAssignableFrom(type))
        {
            // Those of a base are any trainer's.
            foreach (var trainer in Trainers.Where(trainer => trainer.IsAssignableTo(type)))
            {
                foreach (int[]? units in new int[]?[] { [4], null })
                {
                    Train(trainer, options =>
                    {
                        options.HiddenUnits = units;
                        if (name == nameof(DenseNetOptions.EarlyStoppingRound))
                            options.ValidationFraction = 0.25;
                        if (name is nameof(DenseNetRegressionTrainer.Options.IntervalCoverages) or nameof(DenseNetBinaryTrainer.Options.SetCoverage))
                            (options.ValidationFraction, value) = (0.25, value is double[] coverages ? coverages[..1] : value);
                        if (name == nameof(DenseNetOptions.EnsembleSize) && units is null)
                            options.Defaults = DenseNetDefaults.ForEnsemble(LearningTask.BinaryClassification) with { HiddenUnits = [8], HiddenUnitsWithoutEmbedding = null, NumberEmbedding = null, NumberBins = null }; // 256 times its usual 512 units take long
                        set(options, value);
                    });
                }
            }
        }
        else if (type == typeof(SlotRange))
        {
            object range = new SlotRange(1, 2);
            set(range, value);
            TrainSelection((SlotRange)range);
        }
        else if (type == typeof(PictureOptions))
        {
            var options = new PictureOptions();
            set(options, value);
            Assert.IsNotEmpty(Picture().ToPng(options));
            Assert.IsNotEmpty(Picture().ToSvg(options));
        }
        else if (type == typeof(TrainingReportOptions))
        {
            var options = new TrainingReportOptions { LabelColumnName = nameof(ScoringRow.Flag) };
            set(options, value);
            var model = Ml.BinaryClassification.Trainers.DenseNet(Options(_ => { })).Fit(Rows);
            Assert.IsNotEmpty(TrainingReport.ToHtml(model, Rows, options));
        }
        else if (type == typeof(ExplanationOptions))
        {
            var network = TestNetworks.Create(ScoringRow.Width, 1);
            var options = new ExplanationOptions { Background = new BackgroundRows(new float[ScoringRow.Width], ScoringRow.Width) };
            set(options, value);
            using var explainer = network.CreateExplainer(options);
            Assert.IsTrue(explainer.Explain(ScoringRow.Create(1)[0].Features).Contributions.All(float.IsFinite));
        }
        else if (type == typeof(ExplainedRowsOptions))
        {
            var options = new ExplainedRowsOptions();
            set(options, value);
            Assert.IsTrue(Explain(options).Explain().MeanContributions.All(mean => double.IsFinite(mean.Total)));
        }
        else if (type == typeof(PartialDependenceOptions))
        {
            var options = new PartialDependenceOptions();
            set(options, value);
            var rows = Explain(new ExplainedRowsOptions());
            Assert.IsTrue(rows.PartialDependence(rows.Features[0].Name, options).Points.All(point => double.IsFinite(point.Mean)));
        }
        else if (type == typeof(InteractionOptions))
        {
            var options = new InteractionOptions();
            set(options, value);
            Assert.IsTrue(Explain(new ExplainedRowsOptions()).Interactions(options).Pairs.All(pair => double.IsFinite(pair.Strength)));
        }
        else if (type == typeof(SliceOptions))
        {
            var options = new SliceOptions();
            set(options, value);
            var scored = TestTransformers.Binary(Ml, Rows.Schema).Transform(Rows);
            Assert.IsTrue(SlicedResults.Read(scored, [nameof(ScoringRow.Class), nameof(ScoringRow.Value)], nameof(ScoringRow.Flag), options).Slices.All(slice => double.IsFinite(slice.Metric.Value)));
        }
        else if (type == typeof(DenseNetTuningOptions))
        {
            // With the largest concurrency as many trials, so that every number of workers fits.
            var options = new DenseNetTuningOptions { Space = TuningSpace.Empty, MaximumTrials = 2, Concurrency = name == nameof(DenseNetTuningOptions.NumberOfWorkers) ? DenseNetTuningOptions.MaximumConcurrency : 4 };
            set(options, value);
            Tune(options);
        }
        else
        {
            throw new NotSupportedException($"Say in {nameof(NumericUses)} what is done with {type.Name}.{name}.");
        }
    }

    /// <summary>Calls a method with a number and trains with what it gives.</summary>
    public static void OfArgument(MethodBase method, ParameterInfo parameter, object value)
    {
        var type = method.DeclaringType!;
        if (type == typeof(DenseNetCatalog))
        {
            object catalog = method.GetParameters()[0].ParameterType == typeof(BinaryClassificationCatalog.BinaryClassificationTrainers) ? Ml.BinaryClassification.Trainers
                : method.GetParameters()[0].ParameterType == typeof(RegressionCatalog.RegressionTrainers) ? Ml.Regression.Trainers : Ml.MulticlassClassification.Trainers;
            var task = TaskOf(catalog);
            var trainer = (IEstimator<ITransformer>)Call(method, parameter, value, ("catalog", catalog), ("labelColumnName", task.Label), ("hiddenUnits", new[] { 4 }), ("numberOfEpochs", 2))!;
            CheckFinite(trainer.Fit(Rows));
            return;
        }

        if (type == typeof(DenseNetTuningCatalog))
        {
            Tune(new DenseNetTuningOptions { Space = TuningSpace.Empty, MaximumTrials = (int)value }); // all that the short forms do with it
            return;
        }

        if (type == typeof(TrainedNetwork) && method.Name == nameof(TrainedNetwork.Quantize))
        {
            float[] row = new float[ScoringRow.Width]; // a span is no argument of a call by reflection
            CheckFinite(Ml.BinaryClassification.CreateTransformer(((TrainedNetwork)Targets[type]).Quantize(row, [1f], (double)value)));
            return;
        }

        if (type == typeof(TrainedNetwork) && parameter.Name == "flaggedRows")
        {
            var network = (TrainedNetwork)Targets[type];
            float[] row = new float[ScoringRow.Width]; // a span is no argument of a call by reflection
            network = network.WithStatistics(network.ComputeStatistics(row, 1));
            Assert.IsEmpty(method.Name == nameof(TrainedNetwork.Check) ? network.Check(row, 1, (int)value).FlaggedRows : network.CreateDriftMonitor((int)value).Add(row).Cast<object>());
            return;
        }

        if (method.IsGenericMethodDefinition)
            method = ((MethodInfo)method).MakeGenericMethod(typeof(DenseNetBinaryModelParameters));
        object? result = Call(method, parameter, value, ("labelColumnName", nameof(ScoringRow.Flag)), ("outputColumnName", "Encoded"), ("inputColumnName", nameof(ScoringRow.Class)));
        switch (result)
        {
            case Layer layer:
                Train<DenseNetBinaryTrainer.Options>(options => (options.HiddenUnits, options.Network) = (null, Layer.Sequential(Layer.Linear(4), layer)));
                Train<DenseNetRegressionTrainer.Options>(options => (options.HiddenUnits, options.Network) = (null, Layer.Sequential(layer, Layer.Linear(4))));
                break;
            case Optimizer optimizer:
                Train<DenseNetBinaryTrainer.Options>(options => options.Optimizer = optimizer);
                break;
            case Schedule schedule:
                Train<DenseNetBinaryTrainer.Options>(options => options.Schedule = schedule);
                break;
            case Loss loss:
                TrainOnAnyTask(options => options.Loss = loss, loss.Fits);
                break;
            case ClassificationDataset data:
                Assert.IsTrue(data.Features.All(row => Array.TrueForAll(row.ToArray(), float.IsFinite)));
                break;
            case RegressionDataset data:
                Assert.IsTrue(data.Features.All(row => Array.TrueForAll(row.ToArray(), float.IsFinite)) && data.Labels.All(float.IsFinite));
                break;
            case ClassWeights weights:
                Train<DenseNetMulticlassTrainer.Options>(options => ((DenseNetMulticlassTrainer.Options)options).ClassWeights = weights);
                break;
            case DenseNetDevice device:
                Train<DenseNetBinaryTrainer.Options>(options => options.Device = device);
                break;
            case SlotRange range:
                TrainSelection(range);
                break;
            case TrainedNetwork network:
                CheckFinite(Ml.BinaryClassification.CreateTransformer(network));
                break;
            case ITransformer model:
                CheckFinite(model);
                break;
            case TargetEncoding encoding:
                var learner = Ml.Transforms.Concatenate(nameof(ScoringRow.Features), nameof(ScoringRow.Features), "Encoded").Append(Ml.BinaryClassification.Trainers.DenseNet(Options(_ => { })));
                Assert.IsTrue(encoding.Then(learner).Fit(Rows).Transform(Rows).GetColumn<float>("Score").All(float.IsFinite));
                break;
            case TuningParameter tuned:
                for (int trial = 0; trial < 5; trial++)
                    Assert.IsTrue(double.IsFinite(Convert.ToDouble(RandomSampler.Draw(tuned, new TuningRandom(1, trial)), CultureInfo.InvariantCulture)));
                break;
            case ThresholdGoal goal:
                var scored = Ml.Data.LoadFromEnumerable(new[] { new ScoredRow { Score = -1 }, new ScoredRow { Score = 1, Label = true } });
                Assert.AreEqual(0, Ml.BinaryClassification.ChooseThreshold(scored, goal));
                break;
            case BackgroundRows background:
                Assert.AreEqual(ScoringRow.Width, background.Width);
                break;
            case PredictionContributions contributions:
                Assert.IsTrue(contributions.Features.All(feature => double.IsFinite(feature.Contribution)));
                break;
            case NetworkLayout or TrainingHistory or string or int or double or bool or IReadOnlyList<MetricEstimate> or DriftReport:
                break; // nothing is trained with it
            case TrainingObserver observer:
                Train<DenseNetBinaryTrainer.Options>(options => options.Observers.Add(observer));
                break;
            default:
                throw new NotSupportedException($"Say in {nameof(NumericUses)} what is done with {type.Name}.{method.Name}({parameter.Name}).");
        }
    }

    /// <summary>Tunes for so short a time that only the first trial ends.</summary>
    private static void Tune(DenseNetTuningOptions tuning)
    {
        tuning.MaximumTime ??= TimeSpan.FromTicks(1);
        var options = new DenseNetBinaryTrainer.Options { LabelColumnName = nameof(ScoringRow.Flag), NumberOfEpochs = 2, Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification) with { HiddenUnits = [4], WorkBudget = 1e7 } };
        CheckFinite(Ml.BinaryClassification.TuneDenseNet(Rows, options, tuning).Ensemble);
    }

    private static (string Label, Type Options) TaskOf(object catalog) => catalog switch
    {
        BinaryClassificationCatalog.BinaryClassificationTrainers => (nameof(ScoringRow.Flag), typeof(DenseNetBinaryTrainer.Options)),
        MulticlassClassificationCatalog.MulticlassClassificationTrainers => ("Key", typeof(DenseNetMulticlassTrainer.Options)),
        _ => (nameof(ScoringRow.Value), typeof(DenseNetRegressionTrainer.Options)),
    };

    private static object? Call(MethodBase method, ParameterInfo parameter, object value, params (string Name, object Value)[] others)
    {
        object?[] arguments = [.. method.GetParameters().Select(other => other.Name == parameter.Name ? value : Other(other))];
        object? Other(ParameterInfo other)
        {
            foreach (var (name, given) in others)
            {
                if (name == other.Name)
                    return given;
            }

            return other.HasDefaultValue ? other.DefaultValue : other.ParameterType switch
            {
                var type when type == typeof(int) => method.DeclaringType == typeof(ClassificationResults) || method.DeclaringType == typeof(TrainingHistory) ? 0 : 2,
                var type when type == typeof(double) => 0.5,
                var type when type == typeof(float) => 0.5f,
                var type when type == typeof(string) => Path.Combine(Path.GetTempPath(), "DenseNet extreme values"),
                var type when type == typeof(IDataView) => Rows,
                var type when type == typeof(TrainedNetwork) => ((TrainedNetwork)Targets[type]).WithStatistics(((TrainedNetwork)Targets[type]).ComputeStatistics(new float[ScoringRow.Width], 1)),
                var type when type == typeof(TransformsCatalog.CategoricalTransforms) => Ml.Transforms.Categorical,
                var type when type == typeof(InputOutputColumnPair[]) => new[] { new InputOutputColumnPair("Encoded", nameof(ScoringRow.Class)) },
                var type when type == typeof(BinaryClassificationCatalog) => Ml.BinaryClassification,
                var type when type.IsAssignableFrom(typeof(DenseNetBinaryTransformer)) => TestTransformers.Binary(Ml, Rows.Schema),
                var type when type.IsEnum => Activator.CreateInstance(type),
                var type when type == typeof(Layer) => Layer.Linear(2),
                var type when type == typeof(IEnumerable<EpochRecord>) => Array.Empty<EpochRecord>(),
                _ => throw new NotSupportedException($"Say in {nameof(NumericUses)} what argument {other.Name} of {method.DeclaringType!.Name}.{method.Name} is."),
            };
        }

        try
        {
            return method is ConstructorInfo constructor ? constructor.Invoke(arguments) : method.Invoke(method.IsStatic ? null : Targets[method.DeclaringType!], arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    private static void TrainSelection(SlotRange range) =>
        Train<DenseNetBinaryTrainer.Options>(options => (options.HiddenUnits, options.Network) = (null, Layer.Select(range)));

    private static void TrainOnAnyTask(Action<DenseNetOptions> set, Func<LearningTask, bool> fits)
    {
        if (fits(LearningTask.BinaryClassification))
            Train<DenseNetBinaryTrainer.Options>(set);
        if (fits(LearningTask.MulticlassClassification))
            Train<DenseNetMulticlassTrainer.Options>(set);
        if (fits(LearningTask.Regression))
            Train<DenseNetRegressionTrainer.Options>(set);
    }

    private static void Train<TOptions>(Action<DenseNetOptions> set)
        where TOptions : DenseNetOptions => Train(typeof(TOptions), set);

    private static void Train(Type type, Action<DenseNetOptions> set)
    {
        var options = (DenseNetOptions)Activator.CreateInstance(type)!;
        options.HiddenUnits = [4];
        options.NumberOfEpochs = 2;
        options.Seed = 1;
        options.Progress = progress =>
        {
            if (progress.Epoch == 2)
                progress.Stop();
        };
        options.LabelColumnName = options switch
        {
            DenseNetBinaryTrainer.Options => nameof(ScoringRow.Flag),
            DenseNetMulticlassTrainer.Options => "Key",
            _ => nameof(ScoringRow.Value),
        };
        set(options);
        CheckFinite(options switch
        {
            DenseNetBinaryTrainer.Options binary => Ml.BinaryClassification.Trainers.DenseNet(binary).Fit(Rows),
            DenseNetMulticlassTrainer.Options multiclass => Ml.MulticlassClassification.Trainers.DenseNet(multiclass).Fit(Rows),
            DenseNetRegressionTrainer.Options regression => (ITransformer)Ml.Regression.Trainers.DenseNet(regression).Fit(Rows),
            _ => throw new NotSupportedException(type.Name),
        });
    }

    private static void CheckFinite(ITransformer model)
    {
        var network = model switch
        {
            DenseNetBinaryTransformer binary => binary.Model.Network,
            DenseNetMulticlassTransformer multiclass => multiclass.Model.Network,
            _ => ((DenseNetRegressionTransformer)model).Model.Network,
        };
        Assert.IsFalse(network.Parameters.Span.ContainsAnyExceptInRange(float.MinValue, float.MaxValue), "a weight is not finite");
        float[] outputs = new float[network.Layout.OutputWidth];
        foreach (var row in ScoringRow.Create(16))
        {
            network.ComputeOutputs(row.Features, outputs);
            Assert.IsTrue(Array.TrueForAll(outputs, float.IsFinite), "a prediction is not finite");
        }
    }

    private static DenseNetBinaryTrainer.Options Options(Action<DenseNetBinaryTrainer.Options> set)
    {
        var options = new DenseNetBinaryTrainer.Options { LabelColumnName = nameof(ScoringRow.Flag), HiddenUnits = [4], NumberOfEpochs = 2 };
        set(options);
        return options;
    }

    private static ExplainedRows Explain(ExplainedRowsOptions options) => ExplainedRows.Read(TestNetworks.Create(ScoringRow.Width, 1), Rows, options);

    private static Picture Picture() => new NetworkLayout(Layer.Linear(2), 3).PlotArchitecture();

    /// <summary>A row that a model has scored.</summary>
    private sealed class ScoredRow
    {
        public float Score { get; set; }

        public bool Label { get; set; }
    }
}
