namespace Microsoft.ML.DenseNet;

/// <content>Rows that the model stores so that its predictions can be explained.</content>
public abstract partial class DenseNetOptions
{
    /// <summary>
    /// The number of training rows that the model stores as <see cref="TrainedNetwork.Background"/>, with which predictions are compared to explain them; from 0, the
    /// default, to 1,024. 0 stores none. 32 are a good choice, 16 to 64 a usual one: the time of an explanation grows with them.
    /// </summary>
    /// <remarks>
    /// They are chosen to represent the training rows by their predictions and example weights. Whoever has the model's file can read them: leave this at 0 if training data must
    /// not leave, and pass rows that may be seen when predictions are explained.
    /// </remarks>
    public int NumberOfBackgroundRows { get; set; }

    private void CheckBackground()
    {
        Guard.InRange(NumberOfBackgroundRows, 0, BackgroundRows.MaximumCount, nameof(NumberOfBackgroundRows));
        if (NumberOfBackgroundRows > 0 && Module is not null)
            throw new ArgumentException($"{nameof(NumberOfBackgroundRows)} is {NumberOfBackgroundRows}, but predictions of a {nameof(Module)} of your own cannot be explained: leave it at 0.");
    }
}
