namespace Microsoft.ML.DenseNet;

/// <summary>An observer that sees each network of a model together with its outputs for the rows that it did not see. Networks are then trained one after the other.</summary>
internal interface IFoldObserver
{
    /// <summary>Called after each network that has validation rows, before the next one is trained.</summary>
    void OnFoldEnded(FoldsSoFar folds);
}
