namespace Microsoft.ML.DenseNet;

/// <summary>See <see cref="Layer.Select"/>: copies columns; their gradient goes back to where they came from.</summary>
/// <param name="ranges">The columns.</param>
/// <param name="input">[rows, all columns].</param>
/// <param name="output">[rows, chosen columns].</param>
internal sealed unsafe class SelectBackpropagation(IReadOnlyList<SlotRange> ranges, Activations input, Activations output) : BackpropagationStep(input, output)
{
    private readonly SlotRange[] _ranges = [.. ranges]; // enumerating an interface allocates

    public override void Forward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            float* target = Output.Values + ((long)row * Output.Stride);
            foreach (var range in _ranges)
            {
                new ReadOnlySpan<float>(Input.Values + ((long)row * Input.Stride) + range.Start, range.Count).CopyTo(new Span<float>(target, range.Count));
                target += range.Count;
            }
        }
    }

    public override void Backward(int first, int rows, in Pass pass)
    {
        for (int row = first; row < first + rows; row++)
        {
            var target = new Span<float>(Input.Gradient + ((long)row * Input.Stride), Input.Width);
            if (!AddsToGradient)
                target.Clear();
            float* source = Output.Gradient + ((long)row * Output.Stride);
            foreach (var range in _ranges)
            {
                for (int i = 0; i < range.Count; i++)
                    target[range.Start + i] += source[i]; // a column may be chosen twice
                source += range.Count;
            }
        }
    }
}
