using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>ML.NET's exporter and ONNX Runtime give what the transformer gives, for known, unknown and missing values.</summary>
[TestClass]
public sealed class OnnxEncodingTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly CategoryRow[] _fitted = CategoryRow.Create(40);
    private readonly CategoryRow[] _rows = [.. CategoryRow.Create(60, seed: 2), new CategoryRow { City = "Paris", Int32 = 12_345, Int64 = 1L << 60, UInt64 = ulong.MaxValue }];

    [TestMethod]
    public void Text() => Compare("City", row => row.City);

    [TestMethod]
    public void Keys() => Compare("Key", row => row.Key + 1); // as a key's ONNX variable holds it: 1 is the first value

    [TestMethod]
    public void Booleans() => Compare("Flag", row => row.Flag);

    [TestMethod]
    public void Integers()
    {
        Compare("SByte", row => row.SByte);
        Compare("Byte", row => row.Byte);
        Compare("Int16", row => row.Int16);
        Compare("UInt16", row => row.UInt16);
        Compare("Int32", row => row.Int32);
        Compare("UInt32", row => row.UInt32);
        Compare("Int64", row => row.Int64);
        Compare("UInt64", row => row.UInt64);
    }

    [TestMethod]
    public void Vectors_and_classes()
    {
        CompareVector("Texts", row => row.Texts);
        CompareVector("Numbers", row => row.Numbers);
    }

    private void Compare<T>(string column, Func<CategoryRow, T> value) => CompareVector(column, row => new[] { value(row) });

    private void CompareVector<T>(string column, Func<CategoryRow, T[]> values)
    {
        var fitData = _ml.Transforms.SelectColumns(column, "Class").Fit(Load(_fitted)).Transform(Load(_fitted));
        IDataView data = _ml.Transforms.SelectColumns(column).Fit(Load(_rows)).Transform(Load(_rows));
        var count = _ml.Transforms.Categorical.CountEncoding("Count", column).Fit(fitData);
        var target = _ml.Transforms.Categorical.TargetEncoding("Target", column, "Class").Then(new FitProbe(_ml)).Fit(fitData);
        var model = new TransformerChain<ITransformer>(count, target.First());
        using var stream = new MemoryStream();
        _ml.Model.ConvertToOnnx(model, data, stream);

        using var session = new InferenceSession(stream.ToArray());
        var tensor = new DenseTensor<T>(_rows.SelectMany(values).ToArray(), [_rows.Length, values(_rows[0]).Length]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(column, tensor)]);
        var encoded = model.Transform(data);
        foreach (string output in new[] { "Count", "Target" })
        {
            float[] expected = encoded.Schema[output].Type is VectorDataViewType ? [.. encoded.GetColumn<float[]>(output).SelectMany(row => row)] : [.. encoded.GetColumn<float>(output)];
            var actual = results.Single(result => result.Name == $"{output}.output").AsTensor<float>();
            Assert.AreEqual(_rows.Length, actual.Dimensions[0]);
            CollectionAssert.AreEqual(expected, actual.ToArray(), $"{column}: {output}");
        }
    }

    private IDataView Load(CategoryRow[] rows) => _ml.Data.LoadFromEnumerable(rows);
}
