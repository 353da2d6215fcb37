namespace Microsoft.ML.DenseNet;

/// <summary>Which rows each process gives Fit, if the processes divide rows (<see cref="WorkSplit.Rows"/>).</summary>
public enum WorkData
{
    /// <summary>All processes give the same data. Of it each reads its share: the rows whose number, modulo the number of processes, is its rank.</summary>
    Same,

    /// <summary>
    /// Each process gives its own share of the rows, such as its own files; together they are the training rows. Shares may differ in size,
    /// and one may be empty. Columns, the number of features and the values of keys must be the same everywhere. Validation rows that Fit is
    /// given, too: all processes give the same.
    /// </summary>
    Own,
}
