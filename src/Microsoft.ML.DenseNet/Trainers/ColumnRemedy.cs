using Microsoft.ML.Data;
using VectorKind = Microsoft.ML.SchemaShape.Column.VectorKind;

namespace Microsoft.ML.DenseNet;

/// <summary>What messages advise for a column of the wrong type. The tests follow each piece of advice and train.</summary>
internal static class ColumnRemedy
{
    private const string OneValue = "One value a row is needed: name another column, or take one slot of this one with mlContext.Transforms.CustomMapping.";

    /// <summary>Advice for converting to a known-size vector of Single.</summary>
    public static string ToFeatures(SchemaShape.Column found)
    {
        if (found.Kind == VectorKind.VariableVector)
            return $"The schema does not say how long its vectors are: mark the property with [VectorType(n)], or give the loader a schema in which the column is a VectorDataViewType of known size{(found.ItemType == NumberDataViewType.Single ? "" : ", of Single")}.";
        if (found.ItemType is TextDataViewType)
            return "Make numbers of the text first, for example with mlContext.Transforms.Text.FeaturizeText or mlContext.Transforms.Categorical.OneHotEncoding.";
        if (found.IsKey)
            return "Make numbers of the key first with mlContext.Transforms.Conversion.MapKeyToVector.";
        string convert = found.ItemType == NumberDataViewType.Single ? "" : $"mlContext.Transforms.Conversion.ConvertType(\"{found.Name}\", outputKind: DataKind.Single)";
        string concatenate = found.Kind == VectorKind.Vector ? "" : $"mlContext.Transforms.Concatenate(\"Features\", \"{found.Name}\", ...)";
        return $"Make it with {string.Join(", then ", new[] { convert, concatenate }.Where(step => step.Length > 0))}.";
    }

    /// <summary>Advice for converting to a Boolean label.</summary>
    public static string ToBoolean(SchemaShape.Column found) => found switch
    {
        { Kind: not VectorKind.Scalar } => OneValue,
        { IsKey: true } => "Name the positive class with mlContext.Transforms.Conversion.MapKeyToValue and MapValue, or learn the key with mlContext.MulticlassClassification.Trainers.DenseNet.",
        { ItemType: TextDataViewType } => "Name the positive class with mlContext.Transforms.Conversion.MapValue, from each text to true or false.",
        _ => "Convert it with mlContext.Transforms.Conversion.ConvertType to Boolean: true for all but 0.",
    };

    /// <summary>Advice for converting to a key label.</summary>
    public static string ToKey(SchemaShape.Column found) =>
        found.Kind == VectorKind.Scalar ? "Make it a key with mlContext.Transforms.Conversion.MapValueToKey." : OneValue;

    /// <summary>Advice for converting to a number.</summary>
    public static string ToSingle(SchemaShape.Column found) => found switch
    {
        { Kind: not VectorKind.Scalar } => OneValue,
        { IsKey: true } => "Take the values behind the key with mlContext.Transforms.Conversion.MapKeyToValue, then convert them with ConvertType to Single.",
        _ => "Convert it with mlContext.Transforms.Conversion.ConvertType to Single.",
    };
}
