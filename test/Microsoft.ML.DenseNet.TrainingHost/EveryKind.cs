using System.Reflection;
using TorchSharp;

namespace Microsoft.ML.DenseNet.TrainingHost;

/// <summary>Short trainings with everything that one can be made of, found by reflection so that none is forgotten.</summary>
internal static class EveryKind
{
    private static readonly MLContext Ml = new(seed: 5);
    private static readonly IDataView Classes = Rows(classes: 2), ManyClasses = Rows(classes: 3), Numbers = DenseNetDatasets.MakeRegression(rows: 60, features: 6, bias: 1000, seed: 3).ToDataView(Ml); // Poisson wants no label below 0
    private static readonly List<string> Done = [];

    /// <summary>Trains, predicts, saves and loads.</summary>
    /// <param name="report">The file that lists what was trained with, one name a line.</param>
    public static void Train(string report)
    {
        foreach (var (name, optimizer) in Make<Optimizer>(typeof(Optimizers)).Append(("Optimizers.Custom", Optimizers.Custom((parameters, rate, decay) => torch.optim.SGD(parameters, rate, weight_decay: decay)))))
        {
            Binary(name, options => options.Optimizer = optimizer);
            Binary($"{name} by torch", options => (options.HiddenUnits, options.Network, options.Optimizer) = (null, Layer.Sequential(Layer.Linear(4), Layer.BatchNorm()), optimizer));
        }

        foreach (var (name, loss) in Make<Loss>(typeof(Losses)))
            OfAnyTask(name, options => options.Loss = loss);
        Binary("Losses.Custom", options => options.Loss = Losses.Custom((outputs, targets) => torch.mean(torch.pow(outputs - targets, 4))));
        foreach (var (name, schedule) in Make<Schedule>(typeof(Schedules)))
            Binary(name, options => options.Schedule = schedule);
        foreach (var (name, layer) in Make<Layer>(typeof(Layer)).Concat(Combinators()))
            Binary(name, options => (options.HiddenUnits, options.Network) = (null, Layer.Sequential(layer, Layer.Linear(4))));
        foreach (var precision in Enum.GetValues<Precision>())
            Binary($"Precision.{precision}", options => options.Precision = precision);
        foreach (var placement in Enum.GetValues<DataPlacement>())
            Binary($"DataPlacement.{placement}", options => options.DataPlacement = placement);
        foreach (var initialization in Enum.GetValues<Initialization>())
            Binary($"Initialization.{initialization}", options => options.Initialization = initialization);

        Binary("EnsembleSize", options => options.EnsembleSize = 2);
        OfEveryTask("default network", options => (options.HiddenUnits, options.NumberOfEpochs) = (null, 2));
        Binary("default ensemble", options => (options.HiddenUnits, options.EnsembleSize, options.NumberOfEpochs) = (null, 2, 1));
        Binary("Module", options => (options.HiddenUnits, options.Module, options.ModuleName) = (null, inputs => torch.nn.Linear(inputs, 1), "linear"));
        Binary("clipping", options => (options.GradientClipNorm, options.GradientClipValue) = (1, 1));
        Files();
        File.WriteAllLines(report, Done);
    }

    /// <summary>A checkpoint, TensorBoard's files, and a model saved in each form.</summary>
    private static void Files()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var options = Small<DenseNetBinaryTrainer.Options>(options =>
            {
                options.CheckpointDirectory = Path.Combine(folder, "checkpoint");
                options.Observers.Add(new TensorBoardObserver(Path.Combine(folder, "board")));
            });
            var model = Ml.BinaryClassification.Trainers.DenseNet(options).Fit(Classes);
            Ml.Model.Save(model, Classes.Schema, Path.Combine(folder, "model.zip"));
            Use(Ml.Model.Load(Path.Combine(folder, "model.zip"), out _), Classes);
            Done.Add("files");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, Layer Layer)> Combinators() =>
    [
        ("Layer.Sequential", Layer.Sequential(Layer.Linear(4), Layer.ReLU)),
        ("Layer.Sum", Layer.Sum(Layer.ReLU, Layer.Tanh)),
        ("Layer.Concat", Layer.Concat(Layer.ReLU, Layer.Tanh)),
        ("Layer.Residual", Layer.Residual(Layer.Tanh)),
        ("Layer.Select", Layer.Select(new SlotRange(1, 3))),
        ("Layer.MissingIndicators", Layer.MissingIndicators(new SlotRange(1, 3))),
    ];

    /// <summary>All that a class's properties and methods make, with the defaults of their arguments; what needs a function or layers is left to the caller.</summary>
    private static IEnumerable<(string Name, T Value)> Make<T>(Type factory)
    {
        foreach (var property in factory.GetProperties(BindingFlags.Public | BindingFlags.Static).Where(property => property.PropertyType == typeof(T)))
            yield return ($"{factory.Name}.{property.Name}", (T)property.GetValue(null)!);
        foreach (var method in factory.GetMethods(BindingFlags.Public | BindingFlags.Static).Where(method => !method.IsSpecialName && method.ReturnType == typeof(T)))
        {
            object?[] arguments = [.. method.GetParameters().Select(Argument)];
            if (!arguments.Contains(Missing.Value))
                yield return ($"{factory.Name}.{method.Name}", (T)method.Invoke(null, arguments)!);
        }
    }

    private static object? Argument(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: true } => parameter.DefaultValue,
        { ParameterType: var type } when type == typeof(int) => 3,
        { ParameterType: var type } when type == typeof(double) => 0.5,
        { ParameterType: var type } when type == typeof(double[]) => new[] { 0.1, 0.5, 0.9 },
        _ => Missing.Value,
    };

    private static void Binary(string name, Action<DenseNetOptions> set)
    {
        Use(Ml.BinaryClassification.Trainers.DenseNet(Small<DenseNetBinaryTrainer.Options>(set)).Fit(Classes), Classes);
        Done.Add(name);
    }

    private static void OfEveryTask(string name, Action<DenseNetOptions> set)
    {
        Binary(name, set);
        Use(Ml.MulticlassClassification.Trainers.DenseNet(Small<DenseNetMulticlassTrainer.Options>(set)).Fit(ManyClasses), ManyClasses);
        Use(Ml.Regression.Trainers.DenseNet(Small<DenseNetRegressionTrainer.Options>(set)).Fit(Numbers), Numbers);
    }

    /// <summary>Trains for the tasks that take a loss; the trainers refuse it for the others.</summary>
    private static void OfAnyTask(string name, Action<DenseNetOptions> set)
    {
        int fitting = 0;
        foreach (var (train, data) in new (Func<ITransformer>, IDataView)[]
        {
            (() => Ml.BinaryClassification.Trainers.DenseNet(Small<DenseNetBinaryTrainer.Options>(set)).Fit(Classes), Classes),
            (() => Ml.MulticlassClassification.Trainers.DenseNet(Small<DenseNetMulticlassTrainer.Options>(set)).Fit(ManyClasses), ManyClasses),
            (() => Ml.Regression.Trainers.DenseNet(Small<DenseNetRegressionTrainer.Options>(set)).Fit(Numbers), Numbers),
        })
        {
            try
            {
                Use(train(), data);
                fitting++;
            }
            catch (ArgumentException e) when (e.Message.Contains("does not fit", StringComparison.Ordinal))
            {
            }
        }

        if (fitting > 0)
            Done.Add(name);
    }

    private static TOptions Small<TOptions>(Action<DenseNetOptions> set)
        where TOptions : DenseNetOptions, new()
    {
        var options = new TOptions { HiddenUnits = [4], NumberOfEpochs = 3, ValidationFraction = 0.2 };
        set(options);
        return options;
    }

    private static IDataView Rows(int classes) => DenseNetDatasets.MakeClassification(rows: 60, features: 6, informative: 4, classes: classes, seed: 3).ToDataView(Ml);

    private static void Use(ITransformer model, IDataView data) => _ = model.Transform(data).Preview(maxRows: 5);
}
