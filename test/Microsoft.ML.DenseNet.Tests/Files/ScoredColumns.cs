using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Columns of scored data as plain arrays.</summary>
internal static class ScoredColumns
{
    /// <summary>The numbers of a column, of a vector column row after row.</summary>
    public static float[] Floats(IDataView scored, string column) => scored.Schema[column].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>(column).SelectMany(row => row)]
        : [.. scored.GetColumn<float>(column)];

    /// <summary>What a network predicts, in the words of ML.NET's columns.</summary>
    public static float[] Predictions(LearningTask task, IDataView scored) =>
        Floats(scored, task == LearningTask.BinaryClassification ? "Probability" : "Score");

    /// <summary>The number of each row's predicted class.</summary>
    public static int[] Classes(IDataView scored) => scored.Schema["PredictedLabel"].Type is BooleanDataViewType
        ? [.. scored.GetColumn<bool>("PredictedLabel").Select(label => label ? 1 : 0)]
        : [.. scored.GetColumn<uint>("PredictedLabel").Select(key => (int)key - 1)];
}
