namespace Microsoft.ML.DenseNet;
internal sealed class NetworkProgram
{
    private readonly NetworkLayout _l; private readonly float[] _p, _b;
    private NetworkProgram(NetworkLayout l, float[] p, float[] b) { _l = l; _p = p; _b = b; }
    public static NetworkProgram Compile(NetworkLayout layout, ReadOnlySpan<float> parameters, ReadOnlySpan<float> buffers) => new(layout, parameters.ToArray(), buffers.ToArray());
    public int InputWidth => _l.InputWidth; public int OutputWidth => _l.OutputWidth;
    public void Run(ReadOnlySpan<float> f, Span<float> o) { Span<float> y = Eval(_l.Root, f.ToArray()); y.CopyTo(o); }
    public void Run(ReadOnlySpan<int> idx, ReadOnlySpan<float> v, Span<float> o) { var f = new float[InputWidth]; for (int i = 0; i < idx.Length; i++) f[idx[i]] = v[i]; Run(f, o); }
    public void RunBlock(ReadOnlySpan<float> f, int rows, Span<float> o) { for (int r = 0; r < rows; r++) Run(f.Slice(r * InputWidth, InputWidth), o.Slice(r * OutputWidth, OutputWidth)); }
    private Span<float> S(ParameterSlot s) => (s.IsTrained ? _p : _b).AsSpan(s.Offset, s.Count);
    private float[] Eval(LayerNode n, float[] x)
    {
        switch (n.Layer)
        {
            case SequentialLayer: foreach (var c in n.Children) x = Eval(c, x); return x;
            case SumLayer: { var y = new float[n.OutputWidth]; foreach (var c in n.Children) { var z = Eval(c, x); for (int i = 0; i < y.Length; i++) y[i] += z[i]; } return y; }
            case ConcatLayer: return [.. n.Children.SelectMany(c => Eval(c, x))];
            case ResidualLayer: { var z = Eval(n.Children[0], x); return [.. z.Select((v, i) => v + x[i])]; }
            case LinearLayer: { var y = new float[n.OutputWidth]; var w = S(n.Parameters[0]); for (int o = 0; o < y.Length; o++) { double s = n.Parameters.Count > 1 ? S(n.Parameters[1])[o] : 0; for (int i = 0; i < x.Length; i++) s += w[o * x.Length + i] * x[i]; y[o] = (float)s; } return y; }
            case ActivationLayer a: return [.. x.Select(v => a.Function switch { ActivationFunction.ReLU => MathF.Max(v, 0), ActivationFunction.Tanh => MathF.Tanh(v), _ => v })];
            case StandardizeLayer: { var m = S(n.Parameters[0]).ToArray(); var c = S(n.Parameters[1]).ToArray(); return [.. x.Select((v, i) => float.IsNaN(v) ? 0 : Math.Clamp((v - m[i]) * c[i], -1e4f, 1e4f))]; }
            default: return x;
        }
    }
}
