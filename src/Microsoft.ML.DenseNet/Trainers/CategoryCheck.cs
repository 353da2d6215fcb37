using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.DenseNet;

/// <summary>Checks the columns of categories: their types, and that all data, and a model to train on from, number the same keys.</summary>
internal static class CategoryCheck
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public static void Check(SchemaShape schema, DenseNetOptions options, bool isValidation)
    {
        foreach (string name in options.CategoryColumnNames ?? [])
        {
            if (!schema.TryFindColumn(name, out var found))
                throw new ArgumentOutOfRangeException(nameof(schema), ColumnCheck.NotFound(schema, name, "Category", nameof(options.CategoryColumnNames), isValidation));
            if (!found.IsKey || found.Kind == VectorKind.VariableVector)
                throw new ArgumentOutOfRangeException(nameof(schema), $"Category column '{name}'{(isValidation ? " of the validation data" : "")} is {found.GetTypeString()}, but DenseNet needs a key or a known-size vector of keys. {Remedy(found)}");
        }
    }

    /// <summary>Finds the columns of the training data that the network will read.</summary>
    /// <exception cref="InvalidOperationException">The validation data, or the model to train on from, have other keys.</exception>
    public static InputColumns Columns(TrainContext context, DenseNetOptions options)
    {
        var names = options.CategoryColumnNames ?? [];
        var training = context.TrainingSet.Schema;
        var columns = InputColumns.Of(training.Feature!.Value, training.Schema, names);
        if (context.ValidationSet?.Schema is { } validation)
            InputColumns.Of(validation.Feature!.Value, validation.Schema, names).CheckSame(columns.Categories, "the validation data", "in the training data");
        if ((context.InitialPredictor as INetworkModel)?.Network is { } initial)
            CheckInitial(initial.CategoryColumns, columns, names);
        return columns;
    }

    private static void CheckInitial(IReadOnlyList<CategoryColumn> initial, InputColumns columns, IReadOnlyList<string> names)
    {
        if (!initial.Select(category => category.Name).SequenceEqual(names))
            throw new InvalidOperationException($"The model to train on from was trained with {Listed([.. initial.Select(category => category.Name)])}, but {nameof(DenseNetOptions.CategoryColumnNames)} has {Listed(names)}: name the same columns in the same order.");
        columns.CheckSame(initial, "the training data", "in the model to train on from");
    }

    private static string Listed(IReadOnlyList<string> names) =>
        names.Count == 0 ? "no category columns" : $"the category columns {string.Join(", ", names.Select(name => $"'{name}'"))}";

    private static string Remedy(SchemaShape.Column found) => found switch
    {
        { IsKey: true } => "The schema does not say how long its vectors are: make them equally long first, or one-hot encode them into the features as a bag.",
        { ItemType: NumberDataViewType or TextDataViewType } => "Make keys of its values with mlContext.Transforms.Conversion.MapValueToKey or Hash.",
        _ => "Make it with mlContext.Transforms.Conversion.MapValueToKey or Hash.",
    };
}
