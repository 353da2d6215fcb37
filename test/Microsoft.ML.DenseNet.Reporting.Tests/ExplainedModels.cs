using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Small models to explain, really trained, and rows to explain them by.</summary>
internal static class ExplainedModels
{
    private static readonly MLContext Ml = new(seed: 1);

    private static readonly Lazy<(ITransformer Model, IDataView Test)> LoanModel = new(() => TrainLoans());
    private static readonly Lazy<ExplainedRows> BinaryRows = new(() => ExplainedRows.Read(NetworkOf(Loans.Model), Loans.Model.Transform(Loans.Test), new ExplainedRowsOptions { ClassNames = ["default", "repaid"] }));
    private static readonly Lazy<ExplainedRows> ClassRows = new(() => ReadClasses(3));
    private static readonly Lazy<ExplainedRows> ManyClassRows = new(() => ReadClasses(30));
    private static readonly Lazy<ExplainedRows> WideRows = new(ReadWide);

    /// <summary>A pipeline with a one-hot block, for two classes.</summary>
    public static (ITransformer Model, IDataView Test) Loans => LoanModel.Value;

    /// <summary>A report with explanations of it.</summary>
    public static (ITransformer Model, IDataView Test, TrainingReportOptions Options) Report =>
        (Loans.Model, Loans.Test, new TrainingReportOptions { Title = "Loans", ClassNames = ["default", "repaid"], ExplainedRows = 200 });

    /// <summary>Its rows.</summary>
    public static ExplainedRows Binary => BinaryRows.Value;

    /// <summary>Three classes.</summary>
    public static ExplainedRows Classes => ClassRows.Value;

    /// <summary>Thirty classes with long names.</summary>
    public static ExplainedRows ManyClasses => ManyClassRows.Value;

    /// <summary>Sixty features with long names, a number to predict.</summary>
    public static ExplainedRows Wide => WideRows.Value;

    public static TrainedNetwork NetworkOf(ITransformer model) => ReportedModel.Find(model).Network;

    private static (ITransformer Model, IDataView Test) TrainLoans()
    {
        var train = Ml.Data.LoadFromEnumerable(LoanRow.Create(800));
        var model = Features().Append(Ml.BinaryClassification.Trainers.DenseNet(new DenseNetBinaryTrainer.Options { HiddenUnits = [16, 16], NumberOfEpochs = 40 })).Fit(train);
        return (model, Ml.Data.LoadFromEnumerable(LoanRow.Create(300, seed: 2)));
    }

    private static ExplainedRows ReadClasses(int classes)
    {
        var train = Ml.Data.LoadFromEnumerable(LoanRow.Create(800, classes: classes));
        var pipeline = Features().Append(Ml.Transforms.Conversion.MapValueToKey("Key", nameof(LoanRow.Class)))
            .Append(Ml.MulticlassClassification.Trainers.DenseNet(new DenseNetMulticlassTrainer.Options { LabelColumnName = "Key", HiddenUnits = [16, 16], NumberOfEpochs = 30 }));
        var model = pipeline.Fit(train);
        var network = NetworkOf(model);
        string[]? names = classes > 10 ? [.. network.ClassNames!.Select(name => $"{name}: {Samples.LongName}")] : null;
        return ExplainedRows.Read(network, model.Transform(Ml.Data.LoadFromEnumerable(LoanRow.Create(120, seed: 2, classes))), new ExplainedRowsOptions { ClassNames = names });
    }

    private static ExplainedRows ReadWide()
    {
        var data = TestRow.Data(Ml, 60, 300, 3, namePrefix: Samples.LongName);
        var model = Ml.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options { LabelColumnName = "Value", HiddenUnits = [16], NumberOfEpochs = 20 }).Fit(data);
        return ExplainedRows.Read(model.Model.Network, data, new ExplainedRowsOptions { MaximumRows = 150, Unit = "1000 EUR" });
    }

    private static EstimatorChain<ColumnConcatenatingTransformer> Features() => Ml.Transforms.Categorical.OneHotEncoding("PurposeBits", nameof(LoanRow.Purpose))
        .Append(Ml.Transforms.Concatenate("Features", nameof(LoanRow.Income), nameof(LoanRow.Amount), "PurposeBits", nameof(LoanRow.Age), nameof(LoanRow.Constant)));
}
