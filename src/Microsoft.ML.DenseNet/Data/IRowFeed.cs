namespace Microsoft.ML.DenseNet;

/// <summary>Gives the rows of an <see cref="IDataView"/> in their order.</summary>
internal interface IRowFeed : IDisposable
{
    /// <summary>How rows are to be kept from now on; those already read may still be in another form.</summary>
    RowForm Form { set; }

    /// <summary>Adds rows until the block is full or the rows are at an end. What it added before it throws is good.</summary>
    /// <returns>False at the end.</returns>
    bool Fill(BlockBuilder block, CancellationToken cancellationToken);
}
