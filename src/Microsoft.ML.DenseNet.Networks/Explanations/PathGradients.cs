using System.Numerics.Tensors;

namespace Microsoft.ML.DenseNet;

/// <summary>The gradients of an explained value on the paths from the background rows to a point.</summary>
/// <param name="baseline">Where the paths begin.</param>
/// <param name="point">Where they end.</param>
/// <param name="sums">For each path, the sum of the gradients at its points.</param>
/// <param name="steps">How many points each path has.</param>
/// <param name="scratch">Room for a point.</param>
internal readonly ref struct PathGradients(Baseline baseline, ReadOnlySpan<float> point, ReadOnlySpan<float> sums, ReadOnlySpan<int> steps, Span<float> scratch)
{
    private readonly ReadOnlySpan<float> _point = point;
    private readonly ReadOnlySpan<float> _sums = sums;
    private readonly ReadOnlySpan<int> _steps = steps;
    private readonly Span<float> _scratch = scratch;

    /// <summary>The number of paths.</summary>
    public int Count => _steps.Length;

    /// <summary>A path's weight, divided by the number of its gradients.</summary>
    public float Factor(int path) => baseline.Weights[path] / _steps[path];

    /// <summary>The sum of a path's gradients.</summary>
    public ReadOnlySpan<float> Sum(int path) => _sums.Slice(path * _point.Length, _point.Length);

    /// <summary>The mean gradient of all paths, weighted; valid until the next call.</summary>
    public ReadOnlySpan<float> Mean()
    {
        _scratch.Clear();
        for (int path = 0; path < Count; path++)
            TensorPrimitives.MultiplyAdd(Sum(path), Factor(path), _scratch, _scratch);
        return _scratch;
    }

    /// <summary>Each path's difference between its ends times its mean gradient; valid until the next call.</summary>
    public ReadOnlySpan<float> Products(int path)
    {
        TensorPrimitives.Subtract(_point, baseline.Point(path), _scratch);
        TensorPrimitives.Multiply(_scratch, Sum(path), _scratch);
        TensorPrimitives.Multiply(_scratch, Factor(path), _scratch);
        return _scratch;
    }
}
