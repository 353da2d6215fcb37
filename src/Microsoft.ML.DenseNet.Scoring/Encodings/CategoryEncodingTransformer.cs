using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet;
using Microsoft.ML.Model.OnnxConverter;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(CategoryEncodingTransformer), null, typeof(SignatureLoadModel),
    "Category encoding", CategoryEncodingTransformer.LoaderSignature)]

namespace Microsoft.ML.DenseNet;

/// <summary>Replaces categories by the numbers found for them in training: what count and target encoding fit.</summary>
/// <remarks>
/// A scalar column becomes a <see cref="float"/>, a vector of n slots a vector of n; with a target of k classes each value becomes k numbers.
/// It saves with the model, and loads where only the scoring package is installed. <c>ConvertToOnnx</c> converts it.
/// </remarks>
public sealed class CategoryEncodingTransformer : OneToOneTransformerBase
{
    internal const string LoaderSignature = "CategoryEncoding";

    private readonly EncodedColumn[] _columns;

    internal CategoryEncodingTransformer(IHostEnvironment env, (string Output, string Input)[] pairs, EncodedColumn[] columns)
        : base(Contracts.CheckRef(env, nameof(env)).Register(LoaderSignature), pairs) => _columns = columns;

    /// <inheritdoc/>
    protected override void SaveModel(ModelSaveContext ctx)
    {
        ctx.SetVersionInfo(GetVersionInfo());
        ctx.SaveBinaryStream(EncodingFile.Entry, writer => EncodingFile.Save(writer, ColumnPairs, _columns));
    }

    /// <inheritdoc/>
    protected override void CheckInputColumn(DataViewSchema inputSchema, int col, int srcCol) => _columns[col].Check(Host, inputSchema[srcCol]);

    /// <inheritdoc/>
    protected override IRowMapper MakeRowMapper(DataViewSchema schema) => new Mapper(this, schema);

    // ML.NET finds it by its name and parameters.
    private static CategoryEncodingTransformer Create(IHostEnvironment env, ModelLoadContext ctx)
    {
        Contracts.CheckRef(env, nameof(env));
        LoaderVersion.Check(ctx, GetVersionInfo());

        // *** Binary format ***
        // entry "Encoding": EncodingFile
        (string Output, string Input, EncodedColumn Column)[]? columns = null;
        if (!ctx.TryLoadBinaryStream(EncodingFile.Entry, reader => columns = EncodingFile.Load(reader)))
            throw EncodingFile.Damaged($"the entry '{EncodingFile.Entry}' is missing");
        return new CategoryEncodingTransformer(env, [.. columns!.Select(column => (column.Output, column.Input))], [.. columns!.Select(column => column.Column)]);
    }

    private static VersionInfo GetVersionInfo() => LoaderVersion.First("CATENCOD", LoaderSignature);

    private sealed class Mapper(CategoryEncodingTransformer parent, DataViewSchema schema) : OneToOneMapperBase(parent.Host, parent, schema), ISaveAsOnnx
    {
        public bool CanSaveOnnx(OnnxContext ctx) => true;

        public void SaveAsOnnx(OnnxContext ctx)
        {
            for (int i = 0; i < parent._columns.Length; i++)
                EncodingOnnx.Save(ctx, parent._columns[i], parent.ColumnPairs[i].inputColumnName, parent.ColumnPairs[i].outputColumnName);
        }

        protected override DataViewSchema.DetachedColumn[] GetOutputColumnsCore() =>
            [.. parent._columns.Select((column, i) => column.Describe(parent.ColumnPairs[i].outputColumnName, InputSchema[ColMapNewToOld[i]]))];

        protected override Delegate MakeGetter(DataViewRow input, int iinfo, Func<int, bool> activeOutput, out Action? disposer)
        {
            disposer = null;
            var column = parent._columns[iinfo];
            return EncodedGetter.Create(input, input.Schema[ColMapNewToOld[iinfo]], column, () => column);
        }
    }
}
