using System.Globalization;
using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Writes a training for TensorBoard: <c>options.Observers.Add(new TensorBoardObserver("runs/first"))</c>, then
/// <c>tensorboard --logdir runs</c>.
/// </summary>
/// <remarks>
/// Per epoch: the losses under <c>loss/</c>, <c>learning_rate</c>, the norms of the last step's gradient (the total before clipping, each
/// tensor's after) under <c>gradient_norm/</c>, and the weights as histograms under <c>weights/</c>; once, the hyperparameters as a
/// table. Give each training its own directory: TensorBoard shows the files of one directory as one run. The default network consists of
/// several, each trained for its own number of epochs: the first is written to the directory, the second to <c>network-2</c> inside it,
/// and so on; TensorBoard shows them as separate runs.
/// </remarks>
public sealed class TensorBoardObserver : TrainingObserver
{
    private readonly string _directory;
    private readonly int _everyEpochs;
    private SummaryWriter? _writer;

    /// <summary>Chooses where to write.</summary>
    /// <param name="directory">The directory of the run; created if missing.</param>
    /// <param name="everyEpochs">How often, in epochs, histograms and each tensor's gradient norm are written, at least 1; losses are written after each.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="everyEpochs"/> is below 1.</exception>
    /// <exception cref="ArgumentException">The arguments are inconsistent, or a string is empty; the message says which.</exception>
    public TensorBoardObserver(string directory, int everyEpochs = 1)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        StorableText.Check(directory, nameof(directory));
        Guard.AtLeast(everyEpochs, 1, nameof(everyEpochs));
        _directory = directory;
        _everyEpochs = everyEpochs;
    }

    /// <inheritdoc/>
    public override void OnTrainingStarted(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var scope = NewDisposeScope();
        string directory = progress.NetworkNumber == 1 ? _directory : Path.Combine(_directory, string.Create(CultureInfo.InvariantCulture, $"network-{progress.NetworkNumber}"));
        _writer = utils.tensorboard.SummaryWriter(NewFolder.Make(directory, $"{nameof(TensorBoardObserver)}'s directory", "Name another."));
        _writer.add_text("hyperparameters", Describe(progress), 0);
        WriteWeights(progress);
    }

    /// <inheritdoc/>
    public override void OnEpochEnded(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var scope = NewDisposeScope();
        var record = progress.Latest!;
        Write("loss/training", record.TrainingLoss, record.Epoch);
        if (record.ValidationLoss is { } validationLoss)
            Write("loss/validation", validationLoss, record.Epoch);
        Write("learning_rate", record.LearningRate, record.Epoch);
        if (record.GradientNorm is { } norm)
            Write("gradient_norm/all", norm, record.Epoch);
        if (record.Epoch % _everyEpochs != 0)
            return;
        foreach (var gradient in progress.TakeGradients())
            Write($"gradient_norm/{gradient.Name}", System.Numerics.Tensors.TensorPrimitives.Norm(gradient.Values.Span), record.Epoch);
        WriteWeights(progress);
    }

    private void Write(string tag, double value, int epoch) => _writer!.add_scalar(tag, (float)value, epoch);

    private void WriteWeights(TrainingProgress progress)
    {
        foreach (var weights in progress.TakeSnapshot().Tensors.Where(tensor => tensor.IsTrained))
            _writer!.add_histogram($"weights/{weights.Name}", tensor(weights.Values.ToArray()), progress.Epoch);
    }

    /// <summary>A Markdown table, which TensorBoard renders.</summary>
    private static string Describe(TrainingProgress progress)
    {
        var plan = progress.Plan;
        (string Name, object Value)[] settings =
        [
            ("task", plan.Task),
            ("network", plan.Layout.Layer),
            ("parameters", plan.Layout.ParameterCount),
            ("training rows", progress.TrainingRows),
            ("loss", plan.Loss),
            ("optimizer", plan.Optimizer),
            ("learning rate", plan.LearningRate),
            ("schedule", plan.Schedule),
            ("weight decay", plan.WeightDecay),
            ("epochs", plan.NumberOfEpochs),
            ("batch size", Math.Min(plan.BatchSize, progress.TrainingRows)),
            ("early stopping round", plan.EarlyStoppingRound),
            ("seed", plan.Seed),
            ("device", plan.Device),
        ];
        if (progress.NumberOfNetworks > 1)
            settings = [.. settings, ("number of this network", $"{progress.NetworkNumber} of {progress.NumberOfNetworks}")];
        var table = new StringBuilder("| hyperparameter | value |\n| -- | -- |\n");
        foreach (var (name, value) in settings)
            table.Append(CultureInfo.InvariantCulture, $"| {name} | {value} |\n");
        return table.ToString();
    }
}
