namespace Microsoft.ML.DenseNet.Tests;

/// <summary>What an <see cref="Interrupter"/> throws.</summary>
public sealed class InterruptedException : Exception
{
    public InterruptedException()
        : base("The test interrupts the training here.")
    {
    }

    public InterruptedException(string message)
        : base(message)
    {
    }

    public InterruptedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
