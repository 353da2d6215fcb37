namespace Microsoft.ML.DenseNet;

/// <summary>Counts where the values of a feature fall in the distribution that it had in training.</summary>
internal abstract class DriftCounter
{
    /// <summary>Returns the comparison with training.</summary>
    /// <param name="trainingRows">The number of rows that the distribution in training is of.</param>
    public abstract FeatureDrift ToDrift(double trainingRows);

    /// <summary>Creates the counter of a feature.</summary>
    /// <param name="statistics">Its distribution in training.</param>
    /// <param name="name">Its name.</param>
    /// <param name="slotName">The name of a category's slot.</param>
    public static DriftCounter Of(SlotStatistics statistics, string name, Func<int, string> slotName) => statistics is NumberStatistics number
        ? new NumberDriftCounter(number, name)
        : new CategoryDriftCounter((CategoryStatistics)statistics, name, slotName);
}
