using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>No allocation a row; one transformer for many threads.</summary>
[TestClass]
public sealed class ScoringCostTests
{
    private const int Warm = 64;
    private const int Measured = 2000;

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("Binary", false)]
    [DataRow("Multiclass", false)]
    [DataRow("Regression", false)]
    [DataRow("Binary", true)]
    [DataRow("Multiclass", true)]
    [DataRow("Regression", true)]
    public void A_row_mapper_allocates_nothing(string task, bool sparse)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(1));
        var mapper = TestTransformers.Create(_ml, task, data.Schema).GetRowToRowMapper(data.Schema);
        var row = new CountingRow(data.Schema, ScoringRow.Width, sparse);
        var scored = mapper.GetRow(row, mapper.OutputSchema.Where(column => column.Name is "Score" or "Probability" or "PredictedLabel"));

        Action read = task switch
        {
            "Binary" => Reader<float>("Score") + Reader<float>("Probability") + Reader<bool>("PredictedLabel"),
            "Multiclass" => Reader<VBuffer<float>>("Score") + Reader<uint>("PredictedLabel"),
            _ => Reader<float>("Score"),
        };
        Read(Warm);
        Assert.AreEqual(0, Allocations.Of(() => Read(Measured)));

        void Read(int rows)
        {
            for (int i = 0; i < rows; i++)
            {
                row.Move();
                read();
            }
        }

        Action Reader<T>(string name)
        {
            var getter = scored.GetGetter<T>(mapper.OutputSchema[name]);
            T value = default!;
            return () => getter(ref value);
        }
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Many_threads_may_share_a_transformer(string task)
    {
        var rows = ScoringRow.Create(300);
        var data = TestTransformers.Data(_ml, rows);
        var transformer = TestTransformers.Create(_ml, task, data.Schema);
        var expected = transformer.Transform(data);
        Parallel.For(0, 8, _ =>
        {
            for (int i = 0; i < 5; i++)
                DataViewAssert.SameValues(expected, transformer.Transform(data));
        });
    }
}
