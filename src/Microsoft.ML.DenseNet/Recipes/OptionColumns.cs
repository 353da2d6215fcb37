using static Microsoft.ML.DenseNet.Guard;

namespace Microsoft.ML.DenseNet;

/// <summary>Checks the names of columns in the options.</summary>
internal static class OptionColumns
{
    /// <exception cref="ArgumentException">A name is empty, cannot be stored, or two columns of different uses are the same.</exception>
    public static void Check(DenseNetOptions options)
    {
        string label = options.LabelColumnName, features = options.FeatureColumnName;
        NotEmpty(features, nameof(options.FeatureColumnName));
        NotEmpty(label, nameof(options.LabelColumnName));
        StorableText.Check(features, nameof(options.FeatureColumnName));
        StorableText.Check(label, nameof(options.LabelColumnName));
        if (label == features)
            throw new ArgumentException($"{nameof(options.LabelColumnName)} and {nameof(options.FeatureColumnName)} are both '{label}': a model would read what it is to predict. Name another column.");
        CheckOptional(options, options.ExampleWeightColumnName, nameof(options.ExampleWeightColumnName));
        if (options.CategoryColumnNames is { } categories)
            CheckCategories(options, categories);
        CheckOptional(options, options.SamplingKeyColumnName, nameof(options.SamplingKeyColumnName));
        CheckOptional(options, options.TimeColumnName, nameof(options.TimeColumnName));
    }

    private static void CheckCategories(DenseNetOptions options, IReadOnlyList<string> columns)
    {
        const string Option = nameof(options.CategoryColumnNames);
        if (columns.Count > NetworkSignature.MaximumCategoryColumns)
            throw new ArgumentException($"{Option} has {columns.Count} columns; at most {NetworkSignature.MaximumCategoryColumns} are possible. Make a vector of keys of several columns with mlContext.Transforms.Concatenate.");
        for (int i = 0; i < columns.Count; i++)
        {
            string name = columns[i] ?? throw new ArgumentException($"{Option} has null as column {i} (counted from 0): name a column.");
            CheckOptional(options, name, $"{Option}[{i}]");
            if (columns.Take(i).Contains(name))
                throw new ArgumentException($"{Option} names '{name}' twice: name each column once.");
        }
    }

    private static void CheckOptional(DenseNetOptions options, string? column, string option)
    {
        StorableText.Check(column, option);
        if (column is { Length: 0 })
            throw new ArgumentException($"{option} is empty: name a column, or leave it null for none.", option);
        if (column == options.FeatureColumnName || column == options.LabelColumnName)
            throw new ArgumentException($"{option} is '{column}', the feature or label column: name another column, or none.");
    }
}
