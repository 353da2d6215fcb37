using Microsoft.ML.DenseNet.TrainingHost;

// Trains until it is killed: CHECKPOINTS
HostTraining.Fit(args[0], HostTraining.Report);
