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
        var standardize = Layout.Root.DescendantsAndSelf().FirstOrDefault(node => node.Layer is StandardizeLayer && node.InputWidth == Layout.InputWidth);
        float[] row = new float[Layout.InputWidth];
        for (int i = 0; i < row.Length; i++)
        {
            double z = RandomNetworks.Normal(random);
            if (standardize is not null)
            {
                double mean = Buffers[standardize.Parameters[0].Offset + i];
                double scale = Buffers[standardize.Parameters[1].Offset + i];
                z = scale == 0 ? mean : mean + (z / scale);
            }

            row[i] = random.NextDouble() < zeros ? 0f : (float)z;
        }

        return row;
    }

    internal NetworkProgram Compile(VectorWidth width) => NetworkProgram.Compile(Layout, Parameters, Buffers, width);

    /// <inheritdoc/>
    public override string ToString() => $"{Layout.Layer} of {Layout.InputWidth} inputs";
}
