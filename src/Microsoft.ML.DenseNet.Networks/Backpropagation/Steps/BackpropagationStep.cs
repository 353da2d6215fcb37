namespace Microsoft.ML.DenseNet;

/// <summary>A layer, or a part of one, that computes forward and backward for some rows of a batch.</summary>
/// <remarks>
/// No row's result depends on another row, except through <see cref="ReadBatch"/> and <see cref="ReadBatchGradient"/>, so rows can be
/// computed on any thread in any order, and the gradient of a parameter is summed over the rows in their order: results do not depend on
/// how the work is divided.
/// </remarks>
internal abstract unsafe class BackpropagationStep(Activations input, Activations output)
{
    public Activations Input { get; } = input;

    public Activations Output { get; } = output;

    /// <summary>Whether the input's gradient may overwrite the output's.</summary>
    public virtual bool WorksInPlace => false;

    /// <summary>Whether the step has parameters.</summary>
    public virtual bool IsTrained => false;

    /// <summary>Whether a later step has already written to the input's gradient, so that this one must add to it.</summary>
    public bool AddsToGradient { get; set; }

    /// <summary>Where the step's parameters end among all of the network; 0 if it has none.</summary>
    public int ParameterEnd { get; set; }

    /// <summary>The number of parts into which <see cref="Prepare"/> is divided.</summary>
    public virtual int PrepareParts => 0;

    /// <summary>The number of parts into which <see cref="ComputeParameterGradient"/> is divided.</summary>
    public virtual int GradientParts => 0;

    /// <summary>
    /// The number of parts into which <see cref="ReadBatch"/> and <see cref="ReadBatchGradient"/> are divided; 0 if a row does not depend on
    /// the others of its batch.
    /// </summary>
    public virtual int BatchParts => 0;

    /// <summary>Does what is needed after the parameters have changed, before any row.</summary>
    public virtual void Prepare(int part)
    {
    }

    /// <summary>Prepares for the gradient of a batch, before the first of its parts.</summary>
    public virtual void BeginGradient()
    {
    }

    /// <summary>In training, reads the input of the whole batch before any row goes forward.</summary>
    /// <param name="part">The part's number, from 0.</param>
    /// <param name="rows">The number of rows.</param>
    public virtual void ReadBatch(int part, int rows)
    {
    }

    /// <summary>Reads the output's gradient of the whole batch before any row goes backward.</summary>
    /// <param name="part">The part's number, from 0.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="adds">Whether to add to a parameter's gradient already there.</param>
    public virtual void ReadBatchGradient(int part, int rows, bool adds)
    {
    }

    /// <summary>Computes the output's values from the input's.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="pass">The settings of the pass.</param>
    public abstract void Forward(int first, int rows, in Pass pass);

    /// <summary>Computes the input's gradient from the output's; called only if the input needs one.</summary>
    public abstract void Backward(int first, int rows, in Pass pass);

    /// <summary>Computes the gradient of a part of the parameters, over all rows.</summary>
    /// <param name="part">The part's number, from 0.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="adds">Whether to add to the gradient already there.</param>
    public virtual void ComputeParameterGradient(int part, int rows, bool adds)
    {
    }
}
