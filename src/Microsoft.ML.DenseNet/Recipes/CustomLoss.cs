using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Calls a user-defined loss and checks what it returns.</summary>
internal static class CustomLoss
{
    /// <summary>Returns one value per row, or their mean; the caller checks how many there are.</summary>
    /// <param name="name">What messages call the loss.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="outputs">The network's outputs.</param>
    /// <param name="targets">The targets.</param>
    /// <exception cref="InvalidOperationException">Torch rejected an operation in it, or it returns no usable tensor.</exception>
    public static Tensor Evaluate(string name, Func<Tensor, Tensor, Tensor> loss, Tensor outputs, Tensor targets)
    {
        string shapes = $"predictions {TensorCheck.Shape(outputs)} and targets {TensorCheck.Shape(targets)} ({targets.dtype})";
        bool areNumbers = targets.dim() == 1;
        var losses = UserCode.Call(() => loss(outputs, targets), () => ($"The loss '{name}'", $"on {shapes}"), Hint);
        TensorCheck.NotDisposed(targets, $"The loss '{name}'");
        return TensorCheck.Returned(losses, outputs, $"The loss '{name}'", "a tensor of one value a row, or their mean");

        string Hint() => areNumbers ? " The targets are class numbers: bring them into the prediction's shape with torch.nn.functional.one_hot, or take one value a row with gather." : "";
    }

    /// <summary>Tries a loss on made-up rows, so that one that cannot work is rejected before the first epoch.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="task">What is predicted.</param>
    /// <param name="outputs">The width of the network's output.</param>
    /// <exception cref="InvalidOperationException">It fails, returns neither a value per row nor a mean, or does not depend on the prediction.</exception>
    public static void Try(Loss loss, LearningTask task, int outputs)
    {
        using var scope = NewDisposeScope();

        // Different numbers of rows and outputs: otherwise shapes that do not match could be broadcast unnoticed.
        long rows = outputs + 2;
        var targets = task == LearningTask.MulticlassClassification ? zeros(rows, ScalarType.Int64) : zeros(rows, 1);
        var predictions = zeros(rows, outputs).requires_grad_();
        var mean = loss.MeanToLearnFrom(predictions, targets, null);
        UserCode.Call(() => mean.backward(), () => ($"The loss '{loss.Name}'", "when its gradient was computed"));
        if (predictions.grad is null)
            throw Independent(loss.Name); // its gradient leads to other tensors
    }

    /// <summary>The error for a loss that does not depend on any weight of the network.</summary>
    public static InvalidOperationException Independent(string name) =>
        new($"The loss '{name}' does not depend on the prediction, so there is nothing to learn from: compute it from its first argument by torch's functions, without detach, no_grad or item.");
}
