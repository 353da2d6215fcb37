namespace Microsoft.ML.DenseNet;

/// <summary>A layer, or a part of one, that computes forward and backward on some rows of a batch.</summary>
/// <remarks>
/// No row's result depends on another row's, so any rows may be computed anywhere and at any time, and the gradient of a parameter
/// sums over the rows in their order: results do not depend on how the work is divided.
/// </remarks>
internal abstract unsafe class BackpropagationStep(Activations input, Activations output)
{
    public Activations Input { get; } = input;

    public Activations Output { get; } = output;

    /// <summary>Whether the input's gradient may be computed in place of the output's.</summary>
    public virtual bool WorksInPlace => false;

    /// <summary>Whether the step holds parameters.</summary>
    public virtual bool IsTrained => false;

    /// <summary>Whether a step that comes later has written to the input's gradient, so that this one adds to it.</summary>
    public bool AddsToGradient { get; set; }

    /// <summary>The number of parts in which <see cref="Prepare"/> can be done.</summary>
    public virtual int PrepareParts => 0;

    /// <summary>The number of parts in which <see cref="ComputeParameterGradient"/> can be done.</summary>
    public virtual int GradientParts => 0;

    /// <summary>Does what the parameters' new values ask for, before any row.</summary>
    public virtual void Prepare(int part)
    {
    }

    /// <summary>Makes ready for the gradient of a batch, before the first of its parts.</summary>
    public virtual void BeginGradient()
    {
    }

    /// <summary>From the input's values to the output's.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="pass">What else the pass knows.</param>
    public abstract void Forward(int first, int rows, in Pass pass);

    /// <summary>From the output's gradient to the input's; called where the input needs one.</summary>
    public abstract void Backward(int first, int rows, in Pass pass);

    /// <summary>The gradient of a part of the parameters, from all rows.</summary>
    /// <param name="part">Which part.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="adds">Whether it is added to what is there.</param>
    public virtual void ComputeParameterGradient(int part, int rows, bool adds)
    {
    }
}
