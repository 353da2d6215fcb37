namespace Microsoft.ML.DenseNet;

/// <summary>The settings of a pass through the network, apart from its rows.</summary>
/// <param name="IsTraining">Whether dropout is active.</param>
/// <param name="Key">Determines what dropout drops.</param>
/// <param name="DropoutFactor">A factor on every dropout's probability.</param>
/// <param name="Places">The place of each row in the batch that it is a part of; null if the rows are the whole batch.</param>
/// <param name="FirstPlace">The index of the first row's place.</param>
internal readonly record struct Pass(bool IsTraining, uint Key, double DropoutFactor, int[]? Places = null, int FirstPlace = 0)
{
    /// <summary>The row's place in the batch, on which dropout depends.</summary>
    public int PlaceOf(int row) => Places is null ? row : Places[FirstPlace + row];
}
