namespace Microsoft.ML.DenseNet;

/// <summary>A network's input scaling, for one value at a time.</summary>
internal sealed class InputScaler
{
    private readonly bool _isRobust;
    private readonly float[] _center;
    private readonly float[] _scale;

    private InputScaler(InputScaling scaling, float[] buffers)
    {
        _isRobust = scaling.Layer is RobustScaleLayer;
        _center = scaling.Center(buffers).ToArray();
        _scale = scaling.Scale(buffers).ToArray();
    }

    /// <summary>Returns a network's input scaling; null if it has none.</summary>
    public static InputScaler? Of(TrainedNetwork network) => network.Layout.InputScaling is { } scaling ? new InputScaler(scaling, network.Buffers.ToArray()) : null;

    public float Apply(float x, int slot) => _isRobust ? RobustScaleLayer.Apply(x, _center[slot], _scale[slot]) : StandardizeLayer.Apply(x, _center[slot], _scale[slot]);
}
