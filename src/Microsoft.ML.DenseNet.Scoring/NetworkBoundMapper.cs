using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>A model bound to the feature column of a schema: where ML.NET's scorers get the score columns from.</summary>
internal sealed class NetworkBoundMapper : ISchemaBoundRowMapper
{
    private readonly INetworkModel _model;
    private readonly DataViewSchema.Column _feature;

    public NetworkBoundMapper(IHostEnvironment env, INetworkModel model, RoleMappedSchema schema)
    {
        _model = model;
        InputRoleMappedSchema = schema;
        _feature = schema.Feature ?? throw env.ExceptParam(nameof(schema), "A feature column is needed.");
        int width = model.Network.Layout.InputWidth;
        if (_feature.Type is not VectorDataViewType type || type.ItemType != NumberDataViewType.Single || type.Size != width)
        {
            throw env.ExceptSchemaMismatch(
                nameof(schema), "feature", _feature.Name, new VectorDataViewType(NumberDataViewType.Single, width).ToString(), _feature.Type.ToString());
        }

        OutputSchema = model.CreateScoreSchema();
    }

    public RoleMappedSchema InputRoleMappedSchema { get; }

    public DataViewSchema InputSchema => InputRoleMappedSchema.Schema;

    public DataViewSchema OutputSchema { get; }

    public ISchemaBindableMapper Bindable => _model;

    public IEnumerable<KeyValuePair<RoleMappedSchema.ColumnRole, string>> GetInputColumnRoles() =>
        [RoleMappedSchema.ColumnRole.Feature.Bind(_feature.Name)];

    public IEnumerable<DataViewSchema.Column> GetDependenciesForNewColumns(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.Any() ? [_feature] : [];

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        var getters = new Delegate[OutputSchema.Count];
        int[] active = [.. activeColumns.Select(column => column.Index).Distinct()];
        if (active.Length > 0)
        {
            INetworkOutputs outputs = input is BlockCursor block && block.Serves(_model.Network, _feature)
                ? block
                : new RowOutputs(_model.Network, input, _feature, cache: active.Length > 1);
            foreach (int column in active)
                getters[column] = _model.CreateGetter(column, outputs);
        }

        return new SimpleRow(OutputSchema, input, getters);
    }
}
