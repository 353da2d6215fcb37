using Microsoft.ML.DenseNet;
using Spectre.Console;

namespace QuickStart;

/// <summary>A live progress bar of a training: epoch, losses, time left.</summary>
internal sealed class TrainingBar
{
    private readonly ProgressTask _task;

    private TrainingBar(ProgressTask task) => _task = task;

    /// <summary>Shows a bar while <paramref name="train"/> runs, and gives back what it returns.</summary>
    public static T Show<T>(Func<TrainingBar, T> train) =>
        AnsiConsole.Progress()
            .Columns(new SpinnerColumn(), new ProgressBarColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("Starting");
                var result = train(new TrainingBar(task));
                task.Value = task.MaxValue; // early stopping leaves epochs undone
                return result;
            });

    public void Update(TrainingProgress progress)
    {
        var latest = progress.Latest!;
        _task.MaxValue = progress.NumberOfEpochs;
        _task.Value = progress.Epoch;
        _task.Description = $"epoch {progress.Epoch} of {progress.NumberOfEpochs}, loss {latest.TrainingLoss:F4}, validation {latest.ValidationLoss:F4}";
    }
}
