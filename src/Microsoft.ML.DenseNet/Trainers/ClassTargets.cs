namespace Microsoft.ML.DenseNet;

/// <summary>Checks class labels and weights their rows.</summary>
internal static class ClassTargets
{
    /// <param name="labels">The training labels; class numbers from 0.</param>
    /// <param name="label">The label column, for messages.</param>
    /// <param name="classNames">The name of every class, for messages.</param>
    /// <param name="classWeights">How much each class counts; null to count each by its number of rows.</param>
    /// <param name="mayLackClasses">Whether rows of a single class are enough, as when training continues from a model.</param>
    public static TargetConversion Prepare(LabelStatistics labels, DataViewSchema.Column label, IReadOnlyList<string> classNames, ClassWeights? classWeights, bool mayLackClasses)
    {
        int[] present = [.. Enumerable.Range(0, labels.ClassWeights.Count).Where(number => labels.ClassWeights[number] > 0)];
        if (!mayLackClasses && present is [var only])
            throw new InvalidOperationException($"Label column '{label.Name}' is {classNames[only]} in all {labels.Count} training rows{(labels.HasWeights ? " of a weight above 0" : "")}: rows of at least two classes are needed. Check the label's conversion, and any split or filter before the trainer.");
        if (classWeights is null)
            return TargetConversion.None;
        double[] weights = classWeights.Resolve(labels.ClassWeights);
        return new TargetConversion(null, number => (float)weights[(int)number], null, []) { Name = $"class weights {classWeights}" };
    }
}
