namespace Microsoft.ML.DenseNet;

/// <summary>Supplies the rows of an <see cref="IDataView"/> in order.</summary>
internal interface IRowFeed : IDisposable
{
    /// <summary>How rows are stored from now on; rows already read may still be in another form.</summary>
    RowForm Form { set; }

    /// <summary>Adds rows until the block is full or there are no more rows. Rows added before an exception remain valid.</summary>
    /// <returns>False at the end.</returns>
    bool Fill(BlockBuilder block, CancellationToken cancellationToken);
}
