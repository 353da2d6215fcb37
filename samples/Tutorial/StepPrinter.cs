using Microsoft.ML.DenseNet;

namespace Tutorial;

/// <summary>Prints one tensor of the network before and after training, and its gradient and the loss after each epoch.</summary>
/// <param name="name">The tensor's name, as in a PyTorch state dictionary.</param>
internal sealed class StepPrinter(string name) : TrainingObserver
{
    public override void OnTrainingStarted(TrainingProgress progress) => Write("weights before", progress.TakeSnapshot().Tensors);

    public override void OnEpochEnded(TrainingProgress progress)
    {
        Console.WriteLine($"  loss            {progress.Latest!.TrainingLoss,7:F4}");
        Write("gradient", progress.TakeGradients());
    }

    public override void OnTrainingEnded(TrainingProgress progress) => Write("weights after", progress.TakeSnapshot().Tensors);

    private void Write(string what, IEnumerable<NetworkTensor> tensors) =>
        Console.WriteLine($"  {what,-14}  {Print.Row(tensors.Single(tensor => tensor.Name == name).Values.ToArray())}");
}
