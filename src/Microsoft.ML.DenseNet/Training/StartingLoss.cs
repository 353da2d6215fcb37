namespace Microsoft.ML.DenseNet;

/// <summary>
/// The loss of an earlier model before it is trained further, on the validation rows or, if there are none, on some of the training rows: a
/// training with an unsuitable learning rate makes a model worse, and nothing else would show it.
/// </summary>
internal static class StartingLoss
{
    /// <summary>The most training rows on which the loss is measured.</summary>
    private const int MaximumRows = 8192;

    /// <summary>Returns the rows on which losses are measured: those given, or evenly spaced training rows if an earlier model is trained further without any.</summary>
    /// <param name="plan">What is trained.</param>
    /// <param name="rows">The training rows, or a sample of them.</param>
    /// <param name="validation">The validation rows; null for none.</param>
    public static RowSet? Rows(TrainingPlan plan, RowSet rows, RowSet? validation)
    {
        if (validation is not null || !plan.ContinuesModel)
            return validation;
        long step = (rows.Count + MaximumRows - 1) / MaximumRows;
        return step <= 1 ? rows : rows.Where(row => row % step == 0);
    }
}
