namespace Microsoft.ML.DenseNet;

/// <summary>Checks class labels and weights their rows.</summary>
internal static class ClassTargets
{
    /// <param name="labels">The training labels; class numbers from 0.</param>
    /// <param name="label">The label column, for messages.</param>
    /// <param name="classNames">The name of every class, for messages.</param>
    /// <param name="classWeights">How much each class counts; null for as many rows as it has.</param>
    /// <param name="mayLackClasses">Whether rows of one class alone will do, as when training goes on from a model.</param>
    public static TargetConversion Prepare(LabelStatistics labels, DataViewSchema.Column label, IReadOnlyList<string> classNames, ClassWeights? classWeights, bool mayLackClasses)
    {
        double[] counts = [.. labels.ClassCounts];
        if (!mayLackClasses && counts.Count(count => count > 0) == 1)
            throw new InvalidOperationException($"Label column '{label.Name}' is {classNames[Array.FindIndex(counts, count => count > 0)]} in all {labels.Count} training rows: rows of at least two classes are needed. Check the label's conversion, and any split or filter before the trainer.");
        if (classWeights is null)
            return new TargetConversion(null, null, null, []);
        double[] weights = classWeights.Resolve(counts);
        return new TargetConversion(null, number => (float)weights[(int)number], null, []);
    }
}
