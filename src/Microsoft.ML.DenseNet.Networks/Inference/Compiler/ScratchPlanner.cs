namespace Microsoft.ML.DenseNet;

/// <summary>Assigns scratch buffers while a program is compiled, and reuses released ones for other steps.</summary>
internal sealed class ScratchPlanner
{
    private readonly List<int> _widths = [];
    private readonly List<int> _free = [];

    /// <summary>Returns a buffer for a new value: the best-fitting free one, widened if need be, or else a new one.</summary>
    public Operand Allocate(int width)
    {
        int best = -1;
        foreach (int buffer in _free)
        {
            if (best < 0 || Waste(buffer) < Waste(best))
                best = buffer;
        }

        if (best < 0)
        {
            best = _widths.Count;
            _widths.Add(width);
        }
        else
        {
            _free.Remove(best);
            _widths[best] = Math.Max(_widths[best], width);
        }

        return new Operand(best, 0, width);

        int Waste(int buffer) => Math.Abs(_widths[buffer] - width);
    }

    /// <summary>Releases the buffer of a value that is no longer needed.</summary>
    public void Release(Operand operand) => _free.Add(operand.Buffer);

    public ScratchLayout ToLayout() => new(_widths);
}
