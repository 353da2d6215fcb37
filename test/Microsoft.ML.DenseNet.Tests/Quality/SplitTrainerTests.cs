using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.Benchmarks.Quality;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The benchmarks' trainers that are told about a dataset's groups or times.</summary>
[TestClass]
public sealed class SplitTrainerTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DataRow("exam", "densenet-grouped", 3)]
    [DataRow("exam", "densenet-timed", 4)] // no times are known
    [DataRow("unknown", "densenet-grouped", 4)]
    public void TheTrainerReadsTheGroupsThatAreKnown(string dataset, string trainer, int networks)
    {
        var info = new DatasetInfo(dataset, TabularTask.Regression, 60, 30, ["x"], ["school"], null, "");
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(row => new Pupil { Number = row % 7, School = "abc"[row % 3].ToString(), Label = row % 7 }));
        var model = (IEnumerable<ITransformer>)QualityPipeline.Create(_ml, info, Named(trainer), seed: 1).Fit(data);
        Assert.AreEqual(networks, ((DenseNetRegressionTransformer)model.Last()).Model.Network.History.Networks);
    }

    [TestMethod]
    public void TheTrainerReadsTheTimesThatAreKnown()
    {
        var info = new DatasetInfo("bike_hour", TabularTask.Regression, 60, 30, ["yr", "mnth", "hr"], [], null, "");
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 60).Select(row => new Hour { Year = 1, Month = 2, Number = 3, Label = row % 7 }));
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => QualityPipeline.Create(_ml, info, Named("densenet-timed"), seed: 1).Fit(data)).Message;
        StringAssert.Contains(message, "(TimeColumnName) has the same value in all 60 rows");
    }

    private static QualityTrainer Named(string name) => QualityTrainers.All.Single(trainer => trainer.Name == name);

    private sealed class Pupil
    {
        [ColumnName("x")]
        public float Number { get; set; }

        [ColumnName("school")]
        public string School { get; set; } = "";

        public float Label { get; set; }
    }

    private sealed class Hour
    {
        [ColumnName("yr")]
        public float Year { get; set; }

        [ColumnName("mnth")]
        public float Month { get; set; }

        [ColumnName("hr")]
        public float Number { get; set; }

        public float Label { get; set; }
    }
}
