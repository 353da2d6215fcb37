using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Draws which values dropout keeps. The draws depend on the seed and on how many came before, and can be saved and continued.</summary>
internal abstract class DropoutNoise : IDisposable
{
    /// <summary>Returns a tensor that is 1 where a value is kept and 0 elsewhere; it belongs to the current dispose scope.</summary>
    /// <param name="like">A tensor of the shape, type and device that is needed.</param>
    /// <param name="keep">The probability of a 1, below 1.</param>
    public abstract Tensor Draw(Tensor like, double keep);

    /// <summary>Writes what later draws depend on.</summary>
    public abstract void Save(ValueWriter state);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public abstract void Load(ValueReader state);

    public abstract void Dispose();
}
