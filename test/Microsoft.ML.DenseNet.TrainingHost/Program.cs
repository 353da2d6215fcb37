using Microsoft.ML.DenseNet.TrainingHost;

// What a test wants of a process of its own:
// --everything REPORT: train with every kind of optimizer, loss, schedule and layer, print nothing, and list them in a file
// --absurd: train a network that is far too large, and print what is said about it
// CHECKPOINTS: train until it is killed
switch (args)
{
    case ["--everything", var report]:
        EveryKind.Train(report);
        break;
    case ["--absurd"]:
        AbsurdNetwork.Train();
        break;
    default:
        HostTraining.Fit(args[0], HostTraining.Report);
        break;
}
