using Microsoft.ML.DenseNet;
using Spectre.Console;

namespace QuickStart;

/// <summary>A live progress bar for a training run: epoch, losses, rows per second, time left.</summary>
internal sealed class TrainingBar
{
    private readonly ProgressTask _task;

    private TrainingBar(ProgressTask task) => _task = task;

    /// <summary>Shows a bar while <paramref name="train"/> runs with these options, and returns its result. Redirected output gets no bar.</summary>
    public static T Show<T>(DenseNetOptions options, Func<T> train)
    {
        if (Console.IsOutputRedirected)
            return train();
        return AnsiConsole.Progress()
            .Columns(new ProgressBarColumn { Width = 8 }, new TaskDescriptionColumn { Alignment = Justify.Left }, new RemainingTimeColumn())
            .Start(context =>
            {
                var task = context.AddTask("Starting");
                options.Progress = new TrainingBar(task).Update;
                var result = train();
                task.Value = task.MaxValue; // early stopping skips epochs
                return result;
            });
    }

    private void Update(TrainingProgress progress)
    {
        var latest = progress.Latest!;

        // The default network consists of several, each with its own epochs.
        int networks = progress.NumberOfNetworks, earlier = (progress.NetworkNumber - 1) * progress.NumberOfEpochs;
        _task.MaxValue = networks * progress.NumberOfEpochs;
        _task.Value = earlier + progress.Epoch;
        string network = networks > 1 ? $"network {progress.NetworkNumber}/{networks}, " : "";
        double rate = progress.TrainingRows * progress.Epoch / latest.Seconds;
        _task.Description = $"{network}epoch {progress.Epoch}/{progress.NumberOfEpochs}, loss {latest.TrainingLoss:F4}, validation {latest.ValidationLoss:F4}, {rate:N0} rows/s";
    }
}
