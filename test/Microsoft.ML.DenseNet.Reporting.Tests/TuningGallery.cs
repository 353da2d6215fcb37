namespace Microsoft.ML.DenseNet.Reporting.Tests;

/// <summary>Pictures of tunings, in their ordinary and their hard cases, by name.</summary>
internal static class TuningGallery
{
    public static IReadOnlyDictionary<string, Func<Picture>> Pictures { get; } = new Dictionary<string, Func<Picture>>
    {
        ["trials"] = () => Tunings.Make(30).PlotTrials(),
        ["trials, 1"] = () => Tunings.Make(1).PlotTrials(),
        ["trials, 100, some failed, higher is better"] = () => Tunings.Make(100, metric: TuningMetric.AreaUnderRocCurve, fails: number => number % 9 == 4).PlotTrials(),
        ["trials, 3000"] = () => Tunings.Make(3000).PlotTrials(),
        ["rungs"] = () => Tunings.Make(30).PlotRungs(),
        ["rungs, 1 trial of 1 network"] = () => Tunings.Make(1, networks: 1).PlotRungs(),
        ["rungs, 100, some failed, higher is better"] = () => Tunings.Make(100, metric: TuningMetric.AreaUnderRocCurve, fails: number => number % 9 == 4, networks: 8).PlotRungs(),
        ["parallel coordinates"] = () => Tunings.Make(30).PlotParallelCoordinates(),
        ["parallel coordinates, 1 trial"] = () => Tunings.Make(1).PlotParallelCoordinates(),
        ["parallel coordinates, 100 trials, some failed"] = () => Tunings.Make(100, metric: TuningMetric.Accuracy, fails: number => number % 9 == 4).PlotParallelCoordinates(),
        ["parallel coordinates, 3000 trials"] = () => Tunings.Make(3000).PlotParallelCoordinates(),
        ["parallel coordinates, long names"] = () => Tunings.Make(60, Tunings.LongNames).PlotParallelCoordinates(),
        ["parallel coordinates, no parameter"] = () => Tunings.Make(2, TuningSpace.Empty).PlotParallelCoordinates(),
        ["parallel coordinates, 60 parameters"] = () => Tunings.Make(40, Many(60)).PlotParallelCoordinates(),
        ["parameter importance"] = () => Tunings.Make(100).PlotParameterImportances(),
        ["parameter importance, nothing matters"] = () => Tunings.Make(20, TuningSpace.Empty.With(TuningParameter.Choice("Activation", "SELU"))).PlotParameterImportances(),
        ["parameter importance, long names"] = () => Tunings.Make(200, Tunings.LongNames).PlotParameterImportances(),
        ["parameter importance, 60 parameters"] = () => Tunings.Make(100, Many(60)).PlotParameterImportances(),
    };

    private static TuningSpace Many(int parameters) => Enumerable.Range(1, parameters).Aggregate(TuningSpace.Empty, (space, number) => space.With(TuningParameter.Uniform($"parameter {number}", 0, number)));
}
