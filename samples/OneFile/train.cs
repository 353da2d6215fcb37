#:project ../../src/Microsoft.ML.DenseNet/Microsoft.ML.DenseNet.csproj
#:property UsesLibtorch=true
#:property PublishAot=false

using Microsoft.ML;
using Microsoft.ML.DenseNet;

var mlContext = new MLContext(seed: 1);
var rows = DenseNetDatasets.MakeClassification(rows: 500, features: 5).ToDataView(mlContext);
var split = mlContext.Data.TrainTestSplit(rows, testFraction: 0.2);

var model = mlContext.BinaryClassification.Trainers.DenseNet(hiddenUnits: [32, 32]).Fit(split.TrainSet);
mlContext.Model.SaveModel(model, rows.Schema, "model.zip");

var metrics = mlContext.BinaryClassification.Evaluate(model.Transform(split.TestSet));
Console.WriteLine($"AUC {metrics.AreaUnderRocCurve:F3}, accuracy {metrics.Accuracy:P0}");
