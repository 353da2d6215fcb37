using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The transformers in the hands of ML.NET: engines, evaluators, cross-validation, feature importance, calibrators, pipelines.</summary>
[TestClass]
public sealed class TransformerUseTests
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly ScoringRow[] _rows = ScoringRow.Create(90);

    private IDataView Data => TestTransformers.Data(_ml, _rows);

    [TestMethod]
    public void A_prediction_engine_gives_what_Transform_gives()
    {
        var data = Data;
        Check<BinaryPrediction>("Binary", p => (p.Score, p.Probability, p.PredictedLabel));
        Check<MulticlassPrediction>("Multiclass", p => (string.Join(";", p.Score), p.PredictedLabel));
        Check<RegressionPrediction>("Regression", p => p.Score);

        void Check<T>(string task, Func<T, object> content)
            where T : class, new()
        {
            var transformer = TestTransformers.Create(_ml, task, data.Schema);
            var expected = _ml.Data.CreateEnumerable<T>(transformer.Transform(data), reuseRowObject: false).ToArray();
            var engine = _ml.Model.CreatePredictionEngine<ScoringRow, T>(transformer);
            for (int i = 0; i < _rows.Length; i++)
                Assert.AreEqual(content(expected[i]), content(engine.Predict(_rows[i])), $"{task}, row {i}");
        }
    }

    [TestMethod]
    public void Evaluators_accept_the_columns()
    {
        var data = Data;
        var binary = _ml.BinaryClassification.Evaluate(TestTransformers.Binary(_ml, data.Schema).Transform(data), nameof(ScoringRow.Flag));
        Assert.IsTrue(double.IsFinite(binary.LogLoss) && binary.AreaUnderRocCurve is > 0 and < 1);
        _ml.BinaryClassification.EvaluateNonCalibrated(TestTransformers.Binary(_ml, data.Schema).Transform(data), nameof(ScoringRow.Flag));

        var multiclass = _ml.MulticlassClassification.Evaluate(TestTransformers.Multiclass(_ml, data.Schema).Transform(data), "Key", topKPredictionCount: 2);
        Assert.IsTrue(double.IsFinite(multiclass.LogLoss) && multiclass.TopKAccuracy > multiclass.MicroAccuracy);

        var regression = _ml.Regression.Evaluate(TestTransformers.Regression(_ml, data.Schema).Transform(data), nameof(ScoringRow.Value));
        Assert.IsTrue(double.IsFinite(regression.RSquared));
    }

    [TestMethod]
    public void Cross_validation_works()
    {
        var data = Data;
        Assert.HasCount(3, _ml.BinaryClassification.CrossValidate(data, new FixedEstimator(_ml, "Binary"), 3, nameof(ScoringRow.Flag)));
        Assert.HasCount(3, _ml.MulticlassClassification.CrossValidate(data, new FixedEstimator(_ml, "Multiclass"), 3, "Key"));
        Assert.HasCount(3, _ml.Regression.CrossValidate(data, new FixedEstimator(_ml, "Regression"), 3, nameof(ScoringRow.Value)));
    }

    [TestMethod]
    public void Both_kinds_of_permutation_importance_work()
    {
        var data = Data;
        var binary = TestTransformers.Binary(_ml, data.Schema);
        var scored = binary.Transform(data);
        var typedBinary = _ml.BinaryClassification.PermutationFeatureImportance(binary, scored, nameof(ScoringRow.Flag));
        var namedBinary = _ml.BinaryClassification.PermutationFeatureImportanceNonCalibrated(binary, scored, nameof(ScoringRow.Flag));
        Same(typedBinary.Select(m => m.AreaUnderRocCurve.Mean), namedBinary.Values.Select(m => m.AreaUnderRocCurve.Mean));

        var multiclass = TestTransformers.Multiclass(_ml, data.Schema);
        scored = multiclass.Transform(data);
        var typedMulticlass = _ml.MulticlassClassification.PermutationFeatureImportance(multiclass, scored, "Key");
        var namedMulticlass = _ml.MulticlassClassification.PermutationFeatureImportance((ITransformer)multiclass, scored, "Key");
        Same(typedMulticlass.Select(m => m.LogLoss.Mean), namedMulticlass.Values.Select(m => m.LogLoss.Mean));

        var regression = TestTransformers.Regression(_ml, data.Schema);
        scored = regression.Transform(data);
        var typedRegression = _ml.Regression.PermutationFeatureImportance(regression, scored, nameof(ScoringRow.Value));
        var namedRegression = _ml.Regression.PermutationFeatureImportance((ITransformer)regression, scored, nameof(ScoringRow.Value));
        Same(typedRegression.Select(m => m.RSquared.Mean), namedRegression.Values.Select(m => m.RSquared.Mean));

        static void Same(IEnumerable<double> typed, IEnumerable<double> named)
        {
            Assert.HasCount(ScoringRow.Width, typed);
            Assert.HasCount(ScoringRow.Width, named);
            Assert.IsTrue(typed.Concat(named).Any(change => change != 0));
        }
    }

    [TestMethod]
    public void Permutation_importance_finds_the_model_in_a_loaded_chain()
    {
        var data = Data;
        var copy = _ml.Transforms.CopyColumns("Copy", nameof(ScoringRow.Value)).Fit(data);
        var chain = copy.Append(TestTransformers.Regression(_ml, copy.GetOutputSchema(data.Schema)));
        var loaded = EstimatorChecks.SaveAndLoad(chain, data.Schema, out _);
        Assert.HasCount(ScoringRow.Width, _ml.Regression.PermutationFeatureImportance(loaded, loaded.Transform(data), nameof(ScoringRow.Value)));
    }

    [TestMethod]
    public void Calibrators_accept_the_columns()
    {
        var scored = TestTransformers.Binary(_ml, Data.Schema).Transform(Data);
        foreach (var calibrator in new IEstimator<ITransformer>[]
        {
            _ml.BinaryClassification.Calibrators.Platt(nameof(ScoringRow.Flag)),
            _ml.BinaryClassification.Calibrators.Isotonic(nameof(ScoringRow.Flag)),
            _ml.BinaryClassification.Calibrators.Naive(nameof(ScoringRow.Flag)),
        })
        {
            Assert.HasCount(_rows.Length, calibrator.Fit(scored).Transform(scored).GetColumn<float>("Probability"));
        }
    }

    [TestMethod]
    public void A_chain_with_other_transforms_loads_and_scores_the_same()
    {
        var data = _ml.Data.LoadFromEnumerable(_rows);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Key", nameof(ScoringRow.Class))
            .Append(_ml.Transforms.NormalizeMinMax(nameof(ScoringRow.Features)))
            .AppendCacheCheckpoint(_ml)
            .Append(new FixedEstimator(_ml, "Multiclass"))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        var model = pipeline.Fit(data);
        var loaded = EstimatorChecks.SaveAndLoad(model, data.Schema, out _);

        DataViewAssert.SameValues(model.Transform(data), loaded.Transform(data));
        string[] names = [.. loaded.Transform(data).GetColumn<string>("Name")];
        Assert.IsTrue(names.All(ScoringRow.ClassNames.Contains));
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Sparse_rows_score_as_dense_ones(string task)
    {
        var dense = _rows.Take(20).ToArray();
        foreach (var row in dense)
            row.Features[1] = row.Features[3] = 0;
        var transformer = TestTransformers.Create(_ml, task, Data.Schema);
        var expected = transformer.Transform(_ml.Data.LoadFromEnumerable(dense));
        var actual = transformer.Transform(_ml.Data.LoadFromEnumerable(dense.Select(row => new SparseRow
        {
            Features = new VBuffer<float>(ScoringRow.Width, 3, [row.Features[0], row.Features[2], row.Features[4]], [0, 2, 4]),
        })));
        CollectionAssert.AreEqual(Scores(expected), Scores(actual), SingleRounding.Comparer);
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void Wrong_columns_are_named(string task)
    {
        var transformer = TestTransformers.Create(_ml, task, Data.Schema);
        var missing = _ml.Transforms.DropColumns("Features").Fit(Data).Transform(Data);
        var wider = _ml.Transforms.Concatenate("Features", "Features", "Value").Fit(Data).Transform(Data);
        var text = _ml.Transforms.CopyColumns("Features", "Class").Fit(Data).Transform(Data);
        var variable = _ml.Data.LoadFromEnumerable([new VariableRow { Features = new float[ScoringRow.Width] }]);

        foreach (var (data, found) in new[] { (missing, ""), (wider, "Vector<Single, 6>"), (text, "String"), (variable, "Vector<Single>") })
        {
            foreach (var use in new Action[]
            {
                () => transformer.Transform(data),
                () => transformer.GetOutputSchema(data.Schema),
                () => transformer.GetRowToRowMapper(data.Schema),
            })
            {
                var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(use);
                StringAssert.Contains(exception.Message, "Features", StringComparison.Ordinal);
                if (found.Length > 0)
                {
                    StringAssert.Contains(exception.Message, "expected Vector<Single, 5>", StringComparison.Ordinal);
                    StringAssert.Contains(exception.Message, found, StringComparison.Ordinal);
                }
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(TestTransformers.Tasks), typeof(TestTransformers))]
    public void A_row_that_is_not_as_wide_as_its_column_says_is_named(string task)
    {
        var transformer = TestTransformers.Create(_ml, task, Data.Schema);
        _rows[7].Features = [1, 2, 3];

        var scored = transformer.Transform(TestTransformers.Data(_ml, _rows));
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Scores(scored));
        while (exception.InnerException is InvalidOperationException inner)
            exception = inner;
        Assert.AreEqual("Column 'Features' holds a vector of 3, where its type says 5, at row 7 (counted from 0). Run all rows through the same fitted transforms.", exception.Message);
    }

    [TestMethod]
    public void A_network_for_another_task_is_refused()
    {
        var network = TestNetworks.Create(ScoringRow.Width, 2);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DenseNetBinaryModelParameters(_ml, network));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DenseNetRegressionModelParameters(_ml, network));
        _ = new DenseNetMulticlassModelParameters(_ml, network);

        // One output is not enough: a logit is no prediction of a number.
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new DenseNetBinaryModelParameters(_ml, TestNetworks.Create(ScoringRow.Width, 1)));
        StringAssert.Contains(exception.Message, "needs a network trained for BinaryClassification; this one is for Regression", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Value_mappers_give_score_and_probability()
    {
        var network = TestNetworks.Create(ScoringRow.Width, 1).With(new NetworkSignature(LearningTask.BinaryClassification));
        var model = new DenseNetBinaryModelParameters(_ml, network);
        var mapper = ((IValueMapperDist)model).GetMapper<VBuffer<float>, float, float>();
        var features = new VBuffer<float>(ScoringRow.Width, _rows[0].Features);
        float score = 0, probability = 0;
        mapper(features, ref score, ref probability);
        Assert.AreEqual(ReferenceNetwork.Predict(network, _rows[0].Features)[0], score, 1e-4);
        Assert.AreEqual(1 / (1 + Math.Exp(-score)), probability, 1e-6);
        Assert.ThrowsExactly<InvalidOperationException>(() => ((IValueMapper)model).GetMapper<VBuffer<float>, VBuffer<float>>());
    }

    private static List<float> Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(score => score)]
        : [.. scored.GetColumn<float>("Score")];

    private sealed class SparseRow
    {
        [VectorType(ScoringRow.Width)]
        public VBuffer<float> Features { get; set; }
    }

    private sealed class VariableRow
    {
        public float[] Features { get; set; } = [];
    }
}
