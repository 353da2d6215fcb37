using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Encodes the rows that an encoding was fitted to, each by what the other folds' rows say, so that no row's label takes part in the
/// row's own features. Whatever trains on the rows sees these; the fitted model encodes new rows by all.
/// </summary>
internal sealed class OutOfFoldTransformer(IHostEnvironment env, (string Output, string Input)[] pairs, EncodedColumn[][] columnsByFold, EncodingFolds folds)
    : OneToOneTransformerBase(env.Register(nameof(OutOfFoldTransformer)), pairs)
{
    protected override void SaveModel(ModelSaveContext ctx) => throw Host.Except("The encoding of training rows is not saved; save the fitted model.");

    protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) => columnsByFold[0][col].Check(Host, inputSchema[srcCol]);

    protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema, columnsByFold, folds);

    private sealed class Mapper(OutOfFoldTransformer parent, DataViewSchema schema, EncodedColumn[][] columnsByFold, EncodingFolds folds)
        : OneToOneMapperBase(parent.Host, parent, schema)
    {
        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            [.. columnsByFold[0].Select((column, i) => column.Describe(parent.ColumnPairs[i].outputColumnName, InputSchema[ColMapNewToOld[i]]))];

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            var getFold = folds.Of(input);
            return EncodedGetter.Create(input, input.Schema[ColMapNewToOld[iinfo]], columnsByFold[0][iinfo], () => columnsByFold[getFold()][iinfo]);
        }

        protected override Func<int, bool> GetDependenciesCore(Func<int, bool> activeOutput)
        {
            var needed = base.GetDependenciesCore(activeOutput);
            int? key = folds.KeyColumn(InputSchema)?.Index;
            return column => needed(column) || (column == key && Enumerable.Range(0, parent.ColumnPairs.Length).Any(activeOutput));
        }
    }
}
