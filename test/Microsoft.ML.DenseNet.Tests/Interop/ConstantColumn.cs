using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>
/// Adds a column that is 7 in every row: about the smallest class that calls ML.NET's `private protected` constructors and
/// overrides such methods of it.
/// </summary>
internal sealed class ConstantColumn(IHostEnvironment environment) : RowToRowTransformerBase(environment.Register(nameof(ConstantColumn)))
{
    protected override void SaveModel(ModelSaveContext ctx) => throw new NotSupportedException();

    protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(Host, schema, this);

    private sealed class Mapper(IHost host, DataViewSchema schema, ConstantColumn parent) : MapperBase(host, schema, parent)
    {
        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() => [new("Seven", NumberDataViewType.Single)];

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            return (ValueGetter<float>)((ref float value) => value = 7);
        }

        protected override Func<int, bool> GetDependenciesCore(Func<int, bool> activeOutput) => _ => false;

        protected override void SaveModel(ModelSaveContext ctx) => throw new NotSupportedException();
    }
}
