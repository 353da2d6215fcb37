using System.Globalization;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The columns of intervals that follow Score: a number each for one coverage, vectors with a slot for each of several.</summary>
internal static class IntervalColumns
{
    public const string Lower = "IntervalLower";
    public const string Upper = "IntervalUpper";

    /// <summary>Returns the score columns of a network with its interval columns, if it has intervals.</summary>
    /// <param name="score">The score columns without them.</param>
    /// <param name="network">The network.</param>
    public static DataViewSchema AddTo(DataViewSchema score, TrainedNetwork network)
    {
        if (network.IntervalCoverages.Count == 0)
            return score;
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(score);
        foreach (string name in new[] { Lower, Upper })
            schema.AddColumn(name, TypeOf(network.IntervalCoverages), Annotations(name, network.IntervalCoverages));
        return schema.ToSchema();
    }

    /// <summary>Returns what a trainer promises: the columns for a number of coverages.</summary>
    public static IEnumerable<SchemaShape.Column> ShapesOf(int coverages)
    {
        if (coverages == 0)
            return [];
        var annotations = AnnotationUtils.GetTrainerOutputAnnotation().ToList();
        if (coverages > 1)
            annotations.Add(new SchemaShape.Column(AnnotationUtils.Kinds.SlotNames, SchemaShape.Column.VectorKind.Vector, TextDataViewType.Instance, false));
        var kind = coverages == 1 ? SchemaShape.Column.VectorKind.Scalar : SchemaShape.Column.VectorKind.Vector;
        return new[] { Lower, Upper }.Select(name => new SchemaShape.Column(name, kind, NumberDataViewType.Single, false, new SchemaShape(annotations)));
    }

    /// <summary>The type of either column.</summary>
    private static DataViewType TypeOf(IReadOnlyList<double> coverages) =>
        coverages.Count == 1 ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, coverages.Count);

    /// <summary>Creates the getter of either column.</summary>
    /// <param name="isUpper">Whether it is that of the upper bounds.</param>
    /// <param name="network">The network.</param>
    /// <param name="outputs">The outputs of the current row.</param>
    public static Delegate CreateGetter(bool isUpper, TrainedNetwork network, INetworkOutputs outputs)
    {
        int count = network.IntervalCoverages.Count, width = network.Layout.OutputWidth;
        float[] lower = new float[count], upper = new float[count];
        return count == 1 ? (ValueGetter<float>)One : (ValueGetter<VBuffer<float>>)All;

        void One(ref float bound)
        {
            Compute();
            bound = (isUpper ? upper : lower)[0];
        }

        void All(ref VBuffer<float> bounds)
        {
            Compute();
            var editor = VBufferEditor.Create(ref bounds, count);
            (isUpper ? upper : lower).CopyTo(editor.Values);
            bounds = editor.Commit();
        }

        void Compute()
        {
            var values = outputs.Current();
            network.ToIntervals(values[..width], network.IntervalScale is null ? 1 : values[width], lower, upper);
        }
    }

    /// <summary>Returns the annotations of a column with a slot for each of several numbers.</summary>
    public static DataViewSchema.Annotations Annotations(string name, IReadOnlyList<double> coverages)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add(AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = AnnotationUtils.Const.ScoreColumnKind.Regression.AsMemory());
        annotations.Add(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = name.AsMemory());
        if (coverages.Count > 1)
            VectorAnnotations.Add(annotations, AnnotationUtils.Kinds.SlotNames, coverages.Select(coverage => coverage.ToString(CultureInfo.InvariantCulture)));
        return annotations.ToAnnotations();
    }
}
