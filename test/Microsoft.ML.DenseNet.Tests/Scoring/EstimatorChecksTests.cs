namespace Microsoft.ML.DenseNet.Tests;

[TestClass]
public sealed class EstimatorChecksTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Transformers_pass_the_checks(string task)
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(30));
        var scoring = _ml.Transforms.SelectColumns("Features", "Weight").Fit(data).Transform(data);
        var invalid = _ml.Transforms.DropColumns("Features").Fit(data).Transform(data);
        EstimatorChecks.Run(new FixedEstimator(_ml, task), data, scoring, invalid, dispose: true);
    }

    [TestMethod]
    public void The_checks_accept_an_estimator_of_ML_NET()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(60));
        var scoring = _ml.Transforms.SelectColumns("Features").Fit(data).Transform(data);
        EstimatorChecks.Run(_ml.MulticlassClassification.Trainers.LightGbm("Key", numberOfIterations: 2), data, scoring);
    }

    [TestMethod]
    public void The_checks_catch_a_broken_promise()
    {
        var data = TestTransformers.Data(_ml, ScoringRow.Create(30));
        Assert.ThrowsExactly<AssertFailedException>(() => EstimatorChecks.Run(new Promising(new FixedEstimator(_ml, "Regression")), data));
    }

    private sealed class Promising(IEstimator<ITransformer> inner) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => inner.Fit(input);

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => new(inner.GetOutputSchema(inputSchema).SkipLast(1));
    }
}
