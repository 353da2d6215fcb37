namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A network with random weights, and rows that suit its input scaling.</summary>
/// <param name="Layout">The network.</param>
/// <param name="Parameters">Its trained values.</param>
/// <param name="Buffers">Its other values.</param>
public sealed record RandomNetwork(NetworkLayout Layout, float[] Parameters, float[] Buffers)
{
    /// <summary>A row, some slots of which are 0.</summary>
    public float[] NextRow(Random random, double zeros = 0.2)
    {
        var scaling = Layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer is StandardizeLayer or RobustScaleLayer && node.InputWidth == Layout.InputWidth);
        float[] row = new float[Layout.InputWidth];
        for (int i = 0; i < row.Length; i++)
        {
            double z = RandomNetworks.Normal(random);
            if (scaling is not null)
            {
                double center = Buffers[scaling.Parameters[0].Offset + i];
                double scale = Buffers[scaling.Parameters[1].Offset + i];
                z = scale == 0 ? center : center + (z / scale);
            }

            row[i] = random.NextDouble() < zeros ? 0f : (float)z;
        }

        return row;
    }

    internal NetworkProgram Compile(VectorWidth width) => NetworkProgram.Compile(Layout, Parameters, Buffers, width);

    /// <inheritdoc/>
    public override string ToString() => $"{Layout.Layer} of {Layout.InputWidth} inputs";
}
