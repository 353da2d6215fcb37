using Microsoft.ML.DenseNet.TrainingHost;

switch (args)
{
    // Trains every kind of optimizer, loss, schedule and layer, prints nothing, and lists them in a file: --everything REPORT
    case ["--everything", var report]:
        EveryKind.Train(report);
        break;

    // Trains a network that is far too large, and prints what is said about it: --absurd
    case ["--absurd"]:
        AbsurdNetwork.Train();
        break;

    // Tunes, and says so after each network and trial: --tune JOURNAL
    case ["--tune", var journal]:
        HostTuning.Run(journal, HostTuning.Report);
        break;

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
