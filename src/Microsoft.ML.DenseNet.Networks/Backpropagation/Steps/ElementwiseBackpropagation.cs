namespace Microsoft.ML.DenseNet;

/// <summary>An activation: y = f(x), ∂x = ∂y f′(x).</summary>
/// <param name="function">f.</param>
/// <param name="derivative">f′.</param>
/// <param name="lanes">The number of values in a vector; rows are padded to whole vectors.</param>
/// <param name="input">[rows, width].</param>
/// <param name="output">[rows, width].</param>
internal sealed unsafe class ElementwiseBackpropagation(ElementwiseFunction function, IDerivative derivative, int lanes, Activations input, Activations output)
    : BackpropagationStep(input, output)
{
    // With whole vectors, no row has a remainder to handle.
    private readonly int _columns = (input.Width + lanes - 1) / lanes * lanes;

    public override bool WorksInPlace => true;

    public override void Forward(int first, int rows, in Pass pass) => function.Apply(
        ref Input.Values[(long)first * Input.Stride], (nuint)Input.Stride, ref Output.Values[(long)first * Output.Stride], (nuint)Output.Stride, rows, _columns, firstColumn: 0);

    public override void Backward(int first, int rows, in Pass pass)
    {
        long place = (long)first * Input.Stride; // input and output are equally wide
        derivative.Backward(
            ref Input.Values[place], ref Output.Values[place], ref Output.Gradient[place], ref Input.Gradient[place], (nuint)Input.Stride, rows, _columns, AddsToGradient);
    }
}
