using Explain;
using Microsoft.ML;
using Microsoft.ML.DenseNet;
using Microsoft.ML.DenseNet.Reporting;

string pictureFolder = Path.Combine(AppContext.BaseDirectory, "pictures");
string reportFile = Path.Combine(AppContext.BaseDirectory, "report.html");

var mlContext = new MLContext(seed: 1);
var trainingLoans = mlContext.Data.LoadFromEnumerable(LoanTable.Create(2000, seed: 1));
var testApplications = LoanTable.Create(1000, seed: 2);
var testLoans = mlContext.Data.LoadFromEnumerable(testApplications);

// The default network. It stores 32 of the training rows, which predictions are compared with, statistics of all of them, and what it takes to say
// which of the two outcomes are possible, so that 9 of 10 are right.
string[] texts = [nameof(LoanApplication.Purpose), nameof(LoanApplication.Housing)];
string[] numbers = [nameof(LoanApplication.Income), nameof(LoanApplication.Amount), nameof(LoanApplication.Months), nameof(LoanApplication.YearsEmployed), nameof(LoanApplication.Savings), nameof(LoanApplication.OtherLoans)];
var options = new DenseNetBinaryTrainer.Options
{
    LabelColumnName = nameof(LoanApplication.Repaid),
    CategoryColumnNames = texts,
    NumberOfBackgroundRows = 32,
    StoreStatistics = true,
    SetCoverage = 0.9,
    Seed = 1,
};
var pipeline = mlContext.Transforms.Conversion.MapValueToKey([.. texts.Select(name => new InputOutputColumnPair(name))])
    .Append(mlContext.Transforms.Concatenate("Features", numbers))
    .Append(mlContext.BinaryClassification.Trainers.DenseNet(options));
var model = pipeline.Fit(trainingLoans);
var network = model.LastTransformer.Model.Network;
var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(testLoans), nameof(LoanApplication.Repaid));
Console.WriteLine($"{testApplications.Length} applicants that it has not seen: AUC {metrics.AreaUnderRocCurve:F3}, accuracy {metrics.Accuracy:P1}.");

// One applicant: the first whom it declines, but not by far, and who has another loan.
var whatIf = new WhatIf(mlContext.Model.CreatePredictionEngine<LoanApplication, LoanDecision>(model));
var decisions = testApplications.Select(whatIf.Ask).ToArray();
int number = Enumerable.Range(0, decisions.Length).First(i => !decisions[i].IsGranted && decisions[i].Probability > 0.35 && testApplications[i].OtherLoans > 0);
var (applicant, probability) = (testApplications[number], decisions[number].Probability);
Console.WriteLine($"Applicant {number + 1}: repaid with probability {probability:P1}, so {(decisions[number].IsGranted ? "granted" : "declined")}.");

// Why. The contributions, the largest first, add up to the difference between this applicant and the average.
var rowOptions = new ExplainedRowsOptions { ClassNames = ["not repaid", "repaid"] };
var one = mlContext.Data.LoadFromEnumerable([applicant]);
var why = ExplainedRows.Read(network, model.Transform(one), rowOptions).Explain().Prediction(0);
Console.WriteLine($"\nWhy: the log-odds of being repaid are {why.BaseValue:F2} on average. Of this applicant,");
foreach (var feature in why.Features)
    Console.WriteLine($"  {feature.Name,-14}{feature.Value.Replace(",", ""),10}  {Math.Round(feature.Contribution, 2) + 0.0,6:F2}");
Console.WriteLine($"  {"log-odds",-24}  {why.Score,6:F2}");

// How sure. Which outcomes are possible, what became of those with about the same probability, and whether the applicant is unlike those of the training.
var similar = testApplications.Where((_, i) => i != number && Math.Abs(decisions[i].Probability - probability) < 0.075).ToArray();
var check = network.Check(model.Transform(one));
string[] possible = [.. decisions[number].PredictionSet.Select((isPossible, i) => isPossible ? rowOptions.ClassNames![i] : "").Where(name => name.Length > 0)];
Console.WriteLine($"\nHow sure: the set that is right for 9 of 10 applicants holds {string.Join(" and ", possible.Select(name => $"'{name}'"))}.");
Console.WriteLine($"{similar.Length} others have a probability within 7.5 points of it; of them {similar.Average(other => other.Repaid ? 1.0 : 0):P0} repaid.");
Console.WriteLine(check.FlaggedRowCount == 0 ? "No value is outside what the model was trained on." : $"Unlike the training: {string.Join("; ", check.FlaggedRows[0].Flags)}.");

// What if. This is what the model would say, not what would happen: money does not make a borrower reliable because a model says so.
Console.WriteLine("\nWhat if");
void Show(string what, LoanApplication changed) => Console.WriteLine($"  {what,-40}{whatIf.Ask(changed).Probability,8:P1}");
Show($"the income were {1.2 * applicant.Income:F0}, not {applicant.Income:F0}", applicant with { Income = 1.2f * applicant.Income });
Show($"the amount were {0.8 * applicant.Amount:F0}, not {applicant.Amount:F0}", applicant with { Amount = 0.8f * applicant.Amount });
Show("there were no other loans", applicant with { OtherLoans = 0 });
Show("it were for travel", applicant with { Purpose = "travel" });

Console.WriteLine("\nThe smallest change of one number that turns the decision");
void ShowTurn(string column, float value, Func<LoanApplication, float, LoanApplication> change, float step, float minimum, float maximum) =>
    Console.WriteLine($"  {column,-14}{(whatIf.TurningValue(applicant, value, change, step, minimum, maximum) is { } other ? $"{value:0.#} -> {other:0.#}, {whatIf.Ask(change(applicant, other)).Probability:P1}" : $"none from {minimum:F0} to {maximum:F0}")}");
ShowTurn("Income", applicant.Income, (loan, value) => loan with { Income = value }, step: 10, minimum: 500, maximum: 10_000);
ShowTurn("Amount", applicant.Amount, (loan, value) => loan with { Amount = value }, step: 50, minimum: 500, maximum: 30_000);
ShowTurn("Months", applicant.Months, (loan, value) => loan with { Months = value }, step: 6, minimum: 6, maximum: 60);
ShowTurn("YearsEmployed", applicant.YearsEmployed, (loan, value) => loan with { YearsEmployed = value }, step: 0.5f, minimum: 0, maximum: 30);

// The whole model, in pictures and on a page.
Directory.CreateDirectory(pictureFolder);
void Save(string name, Picture picture) => picture.Save(Path.Combine(pictureFolder, $"{name}.png"));
var rows = ExplainedRows.Read(network, model.Transform(testLoans), rowOptions with { MaximumRows = 300 });
var explanation = rows.Explain();
Save("why", why.PlotContributions());
Save("contributions", explanation.PlotMeanContributions());
Save("swarm", explanation.PlotSwarm());
Save("amount", explanation.Dependence(nameof(LoanApplication.Amount)).PlotDependence());
Save("amount-prediction", rows.PartialDependence(nameof(LoanApplication.Amount)).PlotPartialDependence());
Save("interactions", rows.Interactions().PlotInteractions());
TrainingReport.Write(reportFile, model, testLoans, new TrainingReportOptions
{
    Title = "Loans",
    LabelColumnName = nameof(LoanApplication.Repaid),
    ClassNames = ["not repaid", "repaid"],
    TrainerOptions = options,
    TrainingData = trainingLoans,
    ExplainedRows = 300,
    SliceColumns = texts,
});
Console.WriteLine($"\nThe pictures are in {pictureFolder}\nThe report is in {reportFile}");
