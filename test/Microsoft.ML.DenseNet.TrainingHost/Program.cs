using Microsoft.ML.DenseNet.TrainingHost;

switch (args)
{
    // Trains until it is killed: CHECKPOINTS
    case [var checkpoints]:
        HostTraining.Fit(checkpoints, HostTraining.Report);
        break;

    // Trains to the end and prints ML.NET's warnings: warnings CHECKPOINTS
    case ["warnings", var checkpoints]:
        HostTraining.Fit(checkpoints, progress: null, Console.WriteLine);
        break;

    // Writes one of two models in turn until it is killed: zip|onnx FIRST SECOND TARGET
    case [var form, var first, var second, var target]:
        HostWriting.Repeat(form, first, second, target);
        break;
}
