namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The C# that makes options: it compiles, and what it makes trains the same model.</summary>
[TestClass]
public sealed class OptionsTextTests
{
    [TestMethod]
    public void TheBestOptionsOfEveryTaskCompileAndTrainTheSameModel()
    {
        var binary = TuningCase.Tune(tuning => tuning.Space = Space, options => options.Threshold = 0.25f);
        TuningCase.AssertSame(binary.Network, TuningCase.Ml.BinaryClassification.Trainers.DenseNet(Compile<DenseNetBinaryTrainer.Options>(binary.BestOptionsAsCSharp)).Fit(TuningCase.Binary()).Model.Network);

        var classes = TuningCase.Ml.MulticlassClassification.TuneDenseNet(TuningCase.Classes, TuningCase.Options<DenseNetMulticlassTrainer.Options>(LearningTask.MulticlassClassification), TuningCase.Tuning(tuning => tuning.Space = Space));
        TuningCase.AssertSame(classes.Network, TuningCase.Ml.MulticlassClassification.Trainers.DenseNet(Compile<DenseNetMulticlassTrainer.Options>(classes.BestOptionsAsCSharp)).Fit(TuningCase.Classes).Model.Network);

        var numbers = TuningCase.Ml.Regression.TuneDenseNet(TuningCase.Numbers, TuningCase.Options<DenseNetRegressionTrainer.Options>(LearningTask.Regression), TuningCase.Tuning(tuning => tuning.Space = Space));
        TuningCase.AssertSame(numbers.Network, TuningCase.Ml.Regression.Trainers.DenseNet(Compile<DenseNetRegressionTrainer.Options>(numbers.BestOptionsAsCSharp)).Fit(TuningCase.Numbers).Model.Network);
    }

    [TestMethod]
    public void EveryKindOfValueIsWritten()
    {
        var options = new DenseNetBinaryTrainer.Options
        {
            LabelColumnName = "a \"label\"",
            CategoryColumnNames = ["x", "y"],
            LearningRate = 1e-7,
            GradientClipNorm = 3,
            BatchSize = 64,
            Seed = -5,
            Shuffle = false,
            Threshold = -0.1f,
            Precision = Precision.BFloat16,
            Optimizer = Optimizers.Muon(),
            Schedule = Schedules.FlatCosine,
            Device = DenseNetDevice.Cpu,
            Defaults = DenseNetDefaults.For(LearningTask.BinaryClassification, Effort.Best) with { Activation = Layer.Mish, NumberBins = null, Dropout = 0.1f, HiddenUnits = [5, 6], WeightAveraging = null, NumberEmbedding = (PeriodicEmbeddingLayer)Layer.PeriodicEmbedding(3, 4, 0.07f) },
        };
        var compiled = Compile<DenseNetBinaryTrainer.Options>(OptionsText.Of(options, options.Defaults, LearningTask.BinaryClassification));
        foreach (var property in typeof(DenseNetBinaryTrainer.Options).GetProperties().Where(property => property.SetMethod is { IsPublic: true } && property.Name != nameof(options.Defaults)))
            Assert.IsTrue(CSharpText.AreSame(property.GetValue(options), property.GetValue(compiled)), property.Name);
        foreach (var property in typeof(DenseNetDefaults).GetProperties())
            Assert.IsTrue(CSharpText.AreSame(property.GetValue(options.Defaults), property.GetValue(compiled.Defaults)), property.Name);
        Assert.AreEqual(options.LabelColumnName, compiled.LabelColumnName);

        // What has no expression is named in a comment.
        options.Loss = Losses.Focal(gamma: 1.5);
        Assert.Contains("// Loss is Focal(", OptionsText.Of(options, options.Defaults, LearningTask.BinaryClassification));
    }

    private static TuningSpace Space => TuningCase.Space
        .With(TuningParameter.Choice("Activation", "Mish", "ReLU", "GELU")).With(TuningParameter.Choice("Bins", 4, 8)).With(TuningParameter.LogUniform("FrequencyDeviation", 0.05, 1)).With(TuningParameter.Choice("Optimizer", "AdamW", "NAdam"));

    private static TOptions Compile<TOptions>(string expression)
    {
        var (assembly, problems) = SnippetCompiler.Compile([("Options.cs", $"using Microsoft.ML.DenseNet;\npublic static class Made {{ public static object Options => {expression}; }}")]);
        Assert.IsEmpty(problems, $"{string.Join("; ", problems)}\n{expression}");
        return (TOptions)assembly!.GetType("Made")!.GetProperty("Options")!.GetValue(null)!;
    }
}
