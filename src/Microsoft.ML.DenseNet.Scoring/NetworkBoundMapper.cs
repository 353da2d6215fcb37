using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>A model bound to the columns of a schema that it reads: where ML.NET's scorers get the score columns from.</summary>
internal sealed class NetworkBoundMapper : ISchemaBoundRowMapper
{
    private readonly INetworkModel _model;
    private readonly InputColumns _columns;

    public NetworkBoundMapper(IHostEnvironment env, INetworkModel model, RoleMappedSchema schema)
    {
        _model = model;
        InputRoleMappedSchema = schema;
        var feature = schema.Feature ?? throw env.ExceptParam(nameof(schema), "A feature column is needed.");
        int width = model.Network.FeatureColumnWidth;
        if (feature.Type is not VectorDataViewType type || type.ItemType != NumberDataViewType.Single || type.Size != width)
        {
            throw env.ExceptSchemaMismatch(
                nameof(schema), "feature", feature.Name, new VectorDataViewType(NumberDataViewType.Single, width).ToString(), feature.Type.ToString());
        }

        _columns = InputColumns.Of(feature, schema.Schema, model.Network);
        OutputSchema = model.CreateScoreSchema();
    }

    public RoleMappedSchema InputRoleMappedSchema { get; }

    public DataViewSchema InputSchema => InputRoleMappedSchema.Schema;

    public DataViewSchema OutputSchema { get; }

    public ISchemaBindableMapper Bindable => _model;

    public IEnumerable<KeyValuePair<RoleMappedSchema.ColumnRole, string>> GetInputColumnRoles() =>
        [RoleMappedSchema.ColumnRole.Feature.Bind(_columns.Features.Name)];

    public IEnumerable<DataViewSchema.Column> GetDependenciesForNewColumns(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Any() ? _columns.Columns : [];

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var getters = new Delegate[OutputSchema.Count];
        int[] active = [.. activeColumns.Select(column => column.Index).Distinct()];
        if (active.Length > 0)
        {
            INetworkOutputs outputs = input is BlockCursor block && block.Serves(_model.Network, _columns.Features)
                ? block
                : new RowOutputs(_model.Network, input, _columns, cache: active.Length > 1);
            foreach (int column in active)
                getters[column] = _model.CreateGetter(column, outputs);
        }

        return new SimpleRow(OutputSchema, input, getters);
    }
}
