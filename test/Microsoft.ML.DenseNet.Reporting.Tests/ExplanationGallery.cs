namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Pictures that explain models, in their ordinary and their hard cases, by name.</summary>
internal static class ExplanationGallery
{
    private static readonly Lazy<GlobalExplanation> Binary = new(() => ExplainedModels.Binary.Explain());
    private static readonly Lazy<GlobalExplanation> Probability = new(() => ExplainedModels.Binary.Explain(new ExplanationOptions { Output = ExplainedOutput.Probability }));
    private static readonly Lazy<GlobalExplanation> Classes = new(() => ExplainedModels.Classes.Explain());
    private static readonly Lazy<GlobalExplanation> ManyClasses = new(() => ExplainedModels.ManyClasses.Explain());
    private static readonly Lazy<GlobalExplanation> Wide = new(() => ExplainedModels.Wide.Explain());

    private static string FirstOfWide => Wide.Value.MeanContributions[0].Name;

    public static IReadOnlyDictionary<string, Func<Picture>> Pictures { get; } = new Dictionary<string, Func<Picture>>
    {
        ["contributions of a row"] = () => Binary.Value.Prediction(3).PlotContributions(),
        ["contributions of a row, probability"] = () => Probability.Value.Prediction(4).PlotContributions(),
        ["contributions of a row, one of 30 classes"] = () => ManyClasses.Value.Prediction(5).PlotContributions(),
        ["contributions of a row, 60 features, long names"] = () => Wide.Value.Prediction(6).PlotContributions(),
        ["mean contributions"] = () => Binary.Value.PlotMeanContributions(),
        ["mean contributions, 1 feature"] = () => ExplainedRows.Read(HandMadeNetworks.Linear(1), HandMadeNetworks.Rows([1], [2])).Explain().PlotMeanContributions(),
        ["mean contributions, 3 classes"] = () => Classes.Value.PlotMeanContributions(),
        ["mean contributions, 30 classes, long names"] = () => ManyClasses.Value.PlotMeanContributions(),
        ["mean contributions, 60 features, long names"] = () => Wide.Value.PlotMeanContributions(),
        ["swarm"] = () => Binary.Value.PlotSwarm(),
        ["swarm, 30 classes"] = () => ManyClasses.Value.PlotSwarm(),
        ["swarm, 60 features, long names"] = () => Wide.Value.PlotSwarm(),
        ["dependence"] = () => Binary.Value.Dependence("Income").PlotDependence(),
        ["dependence, coloured by a category"] = () => Binary.Value.Dependence("Amount", "PurposeBits").PlotDependence(),
        ["dependence, a category"] = () => Binary.Value.Dependence("PurposeBits").PlotDependence(),
        ["dependence, missing values"] = () => Binary.Value.Dependence("Age", "Income").PlotDependence(),
        ["dependence, coloured by missing values"] = () => Binary.Value.Dependence("Income", "Age").PlotDependence(),
        ["dependence, a constant"] = () => Binary.Value.Dependence("Constant").PlotDependence(),
        ["dependence, long names"] = () => Wide.Value.Dependence(FirstOfWide, Wide.Value.MeanContributions[1].Name).PlotDependence(),
        ["dependence, one of 30 classes"] = () => ManyClasses.Value.Dependence("Income").PlotDependence(),
        ["partial dependence"] = () => ExplainedModels.Binary.PartialDependence("Income").PlotPartialDependence(),
        ["partial dependence, a category"] = () => ExplainedModels.Binary.PartialDependence("PurposeBits").PlotPartialDependence(),
        ["partial dependence, a constant"] = () => ExplainedModels.Binary.PartialDependence("Constant").PlotPartialDependence(),
        ["partial dependence, long names"] = () => ExplainedModels.Wide.PartialDependence(FirstOfWide).PlotPartialDependence(),
        ["partial dependence, one of 30 classes"] = () => ExplainedModels.ManyClasses.PartialDependence("Amount").PlotPartialDependence(),
        ["interactions"] = () => ExplainedModels.Binary.Interactions().PlotInteractions(),
        ["interactions, long names"] = () => ExplainedModels.Wide.Interactions(new InteractionOptions { MaximumRows = 12 }).PlotInteractions(),
    };
}
