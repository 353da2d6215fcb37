using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>The base of what all DenseNet trainers fit: a transformer that adds the columns of ML.NET's scorer for the task.</summary>
/// <typeparam name="TModel">The type of the model.</typeparam>
public abstract class DenseNetTransformer<TModel> : SingleFeaturePredictionTransformerBase<TModel>, ITransformer
    where TModel : class
{
    private readonly VersionInfo _version;

    private protected DenseNetTransformer(
        IHostEnvironment env, VersionInfo version, TModel model, DataViewSchema trainSchema, string featureColumn, string? labelColumn = null)
        : base(Contracts.CheckRef(env, nameof(env)).Register(version.LoaderSignature), model, trainSchema, featureColumn)
    {
        _version = version;
        LabelColumnName = labelColumn;
        Scorer = CreateScorer();
    }

    private protected DenseNetTransformer(IHostEnvironment env, VersionInfo version, ModelLoadContext ctx)
        : base(Contracts.CheckRef(env, nameof(env)).Register(version.LoaderSignature), LoaderVersion.Check(ctx, version))
    {
        _version = version;

        // *** Binary format ***
        // <base info>
        // id of string: the label column whose key values name the classes, or -1
        LabelColumnName = ctx.LoadStringOrNull();
        Scorer = CreateScorer();
    }

    /// <summary>The column of the training schema whose key values name the classes; null if the task has no classes to name.</summary>
    private protected string? LabelColumnName { get; }

    /// <summary>Creates ML.NET's scorer for the task. Called by the base class's constructor, so it may use nothing but its arguments.</summary>
    private protected abstract RowToRowScorerBase CreateScorer(IHost host, IDataView data, ISchemaBoundMapper mapper, RoleMappedSchema trainSchema);

    // ITransformer is reimplemented so that a feature column of the wrong type is reported here, too, with its name and its expected and
    // actual types; the base class does so only in GetOutputSchema.

    /// <summary>Adds the score columns.</summary>
    /// <param name="input">Data with the feature column, and the category columns if the model has any.</param>
    public new IDataView Transform(IDataView input)
    {
        Host.CheckValue(input, nameof(input));
        var network = ((INetworkModel)Model).Network;
        var columns = ColumnsOf(input.Schema);
        network.Prepare();
        return new BlockScoringView(Host, input, base.Transform(input), network, columns);
    }

    /// <summary>Finds the columns that the network reads.</summary>
    internal InputColumns ColumnsOf(DataViewSchema schema) => InputColumns.Of(GetFeature(schema), schema, ((INetworkModel)Model).Network);

    IDataView ITransformer.Transform(IDataView input) => Transform(input);

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema)
    {
        Host.CheckValue(inputSchema, nameof(inputSchema));
        GetFeature(inputSchema);
        ((INetworkModel)Model).Network.Prepare();
        return (IRowToRowMapper)base.Transform(new EmptyDataView(Host, inputSchema));
    }

    /// <inheritdoc/>
    protected sealed override void SaveCore(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(_version);
        base.SaveCore(ctx);
        ctx.SaveStringOrNull(LabelColumnName);
    }

    private RowToRowScorerBase CreateScorer()
    {
        var schema = new RoleMappedSchema(TrainSchema, LabelColumnName, FeatureColumnName);
        return CreateScorer(Host, new EmptyDataView(Host, TrainSchema), BindableMapper.Bind(Host, schema), schema);
    }

    private DataViewSchema.Column GetFeature(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(FeatureColumnName) is not { } column)
            throw Host.ExceptSchemaMismatch(nameof(schema), "feature", FeatureColumnName);
        if (!column.Type.Equals(FeatureColumnType))
            throw Host.ExceptSchemaMismatch(nameof(schema), "feature", FeatureColumnName, FeatureColumnType.ToString(), column.Type.ToString());
        return column;
    }
}
