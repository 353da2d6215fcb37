using System.Globalization;
using Tutorial;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Step01Data.Run();
Step02Network.Run();
Step03Untrained.Run();
Step04OneStep.Run();
Step05TenEpochs.Run();
Step06ThousandEpochs.Run();
Step07Probabilities.Run();
Step08ParallelActivations.Run();
Step09Regression.Run();
Step10CustomLoss.Run();

Console.WriteLine($"\nThe pictures are in {Pictures.Folder}");
