namespace Microsoft.ML.DenseNet;

/// <summary>
/// One step of a <see cref="NetworkProgram"/>: reads operands, writes one. Immutable; everything that changes is in the frame. A layer
/// that is not elementwise has its own derived class, created in <see cref="StagePlanner{TVector}"/> or <see cref="EmbeddingSteps{TVector}"/>.
/// </summary>
internal abstract class ProgramStep
{
    /// <summary>Fetches what the step needs from outside the model; most need nothing.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; the message says what.</exception>
    public virtual void Prepare()
    {
    }

    /// <summary>Computes the frame's rows. A row's result must not depend on the other rows, down to the last bit.</summary>
    public abstract void Run(in Frame frame);
}
