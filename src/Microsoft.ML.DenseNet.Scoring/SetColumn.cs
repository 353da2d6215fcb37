using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The column of sets of classes, which follows the other score columns: a Boolean for each class.</summary>
internal static class SetColumn
{
    public const string Name = "PredictionSet";

    /// <summary>Returns the score columns of a network with its set column, if it has sets.</summary>
    /// <param name="score">The score columns without it.</param>
    /// <param name="network">The network.</param>
    public static DataViewSchema AddTo(DataViewSchema score, TrainedNetwork network)
    {
        if (network.SetCoverage is null)
            return score;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(score);
        schema.AddColumn(Name, new VectorDataViewType(BooleanDataViewType.Instance, network.ClassCount), Annotations(network));
        return schema.ToSchema();
    }

    /// <summary>Returns what a trainer promises: the column, if sets are asked for.</summary>
    /// <param name="isWanted">Whether they are.</param>
    /// <param name="namesClasses">Whether the classes have names.</param>
    public static IEnumerable<SchemaShape.Column> ShapesOf(bool isWanted, bool namesClasses)
    {
        if (!isWanted)
            return [];
        var annotations = AnnotationUtils.GetTrainerOutputAnnotation().ToList();
        if (namesClasses)
            annotations.Add(new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        return [new SchemaShape.Column(Name, SchemaShape.Column.VectorKind.Vector, BooleanDataViewType.Instance, false, new SchemaShape(annotations))];
    }

    /// <summary>Creates the column's getter.</summary>
    /// <param name="network">The network.</param>
    /// <param name="outputs">The outputs of the current row.</param>
    public static ValueGetter<VBuffer<bool>> CreateGetter(TrainedNetwork network, INetworkOutputs outputs)
    {
        float[] values = new float[network.Layout.OutputWidth];
        return Get;

        void Get(ref VBuffer<bool> set)
        {
            outputs.Current().CopyTo(values);
            var editor = VBufferEditor.Create(ref set, network.ClassCount);
            network.ToSet(values, editor.Values);
            set = editor.Commit();
        }
    }

    private static DataViewSchema.Annotations Annotations(TrainedNetwork network)
    {
        string kind = network.Task == LearningTask.BinaryClassification ? AnnotationUtils.Const.ScoreColumnKind.BinaryClassification : AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification;
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = kind.AsMemory());
        annotations.Add(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = Name.AsMemory());
        if (network.ClassNames is { } names)
            VectorAnnotations.Add(annotations, AnnotationUtils.Kinds.SlotNames, names);
        return annotations.ToAnnotations();
    }
}
