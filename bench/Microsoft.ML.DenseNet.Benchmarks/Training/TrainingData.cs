namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>Rows for timing training; their content does not matter.</summary>
internal static class TrainingData
{
    public static RowSet Random(TrainingCase test)
    {
        var random = new Random(1);
        var blocks = new List<RowBlock>();
        for (int start = 0; start < test.Rows; start += BlockRows)
        {
            int rows = Math.Min(BlockRows, test.Rows - start);
            float[] features = new float[rows * test.Inputs], labels = new float[rows];
            for (int i = 0; i < features.Length; i++)
                features[i] = (random.NextSingle() * 2) - 1;
            for (int i = 0; i < rows; i++)
                labels[i] = random.Next(Math.Max(2, test.Outputs));
            blocks.Add(new RowBlock(rows, features, labels, default));
        }

        return new RowSet(test.Inputs, false, blocks);
    }

    private const int BlockRows = 1 << 16;
}
