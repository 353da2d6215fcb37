using Microsoft.ML.Data;
using Microsoft.ML.TorchSharp;
using Microsoft.ML.TorchSharp.AutoFormerV2;
using Microsoft.ML.TorchSharp.Extensions;
using Microsoft.ML.TorchSharp.NasBert;
using Microsoft.ML.TorchSharp.NasBert.Models;
using Microsoft.ML.TorchSharp.Roberta;
using Microsoft.ML.Transforms.Image;
using TorchSharp;

namespace Microsoft.ML.DenseNet.BesideTorchSharp.Tests;

/// <summary>
/// What the trainers of Microsoft.ML.TorchSharp 0.23.1 do with TorchSharp 0.107: they can be constructed, and none can train.
/// docs/beside-microsoft-ml-torchsharp.md says so; whoever sees a test fail here updates that page.
/// </summary>
[TestClass]
public sealed class ItsTrainersTests
{
    private const string Disposed = "Tensor invalid -- empty handle.";

    [TestMethod]
    public void Each_trainer_is_constructed_and_knows_its_output_columns()
    {
        var mlContext = new MLContext(seed: 1);
        var multiclass = mlContext.MulticlassClassification.Trainers;
        var key = mlContext.Transforms.Conversion.MapValueToKey("Label");

        AssertOutputs(key.Append(multiclass.TextClassification(sentence1ColumnName: "Sentence")), Sentences(mlContext), "Score", "PredictedLabel");
        AssertOutputs(mlContext.Regression.Trainers.SentenceSimilarity(labelColumnName: "Number", sentence1ColumnName: "Sentence", sentence2ColumnName: "Other"), Sentences(mlContext), "Score");
        AssertOutputs(mlContext.Transforms.Conversion.MapValueToKey("Words").Append(multiclass.NamedEntityRecognition("Words")), Sentences(mlContext), "PredictedLabel");
        AssertOutputs(multiclass.QuestionAnswer(contextColumnName: "Sentence", questionColumnName: "Other", trainingAnswerColumnName: "Label", answerIndexColumnName: "Index"), Sentences(mlContext), "Answer", "Score");
        AssertOutputs(mlContext.Transforms.Conversion.MapValueToKey("Words").Append(multiclass.ObjectDetection("Words", boundingBoxColumnName: "Boxes")), Pictures(mlContext), "PredictedLabel", "Score", "PredictedBoundingBoxes");
    }

    [TestMethod]
    public void Text_classification_stops_in_Fit()
    {
        // With the file that it would download, so that it gets as far as it can.
        var mlContext = new MLContext(seed: 1);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            mlContext.TempFilePath = folder.FullName;
            var words = TokenizerExtensions.GetInstance(null!).RobertaModel();
            using var model = NewTextModel(words.PadIndex, words.SymbolsCount);
            folder.CreateSubdirectory("mlnet");
            model.GetEncoder().save(Path.Combine(folder.FullName, "mlnet", "NasBert2000000.tsm"));

            var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
                .Append(mlContext.MulticlassClassification.Trainers.TextClassification(sentence1ColumnName: "Sentence", maxEpochs: 1, batchSize: 4));
            var failure = Assert.ThrowsExactly<InvalidOperationException>(() => pipeline.Fit(Sentences(mlContext)));
            Assert.AreEqual(Disposed, failure.Message);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void The_text_networks_have_disposed_of_weights_of_theirs()
    {
        using var tokens = torch.tensor(new int[,] { { 0, 10, 11, 2 } });

        // Classification and similarity share one network, with one output for similarity.
        using var text = NewTextModel(1, 50);
        AssertDisposed(() => text.forward(tokens));
        using var similarity = new ModelForPrediction(Options(BertTaskType.SentenceRegression), 1, 50, 1);
        AssertDisposed(() => similarity.forward(tokens));
        using var entities = new NerModel(Options(BertTaskType.NamedEntityRecognition), 1, 50, 3);
        AssertDisposed(() => entities.forward(tokens));
        using var answers = new RobertaModelForQA(new QATrainer.Options { EncoderLayers = 1, EmbeddingDim = 12, EncoderOutputDim = 12, NumberOfClasses = 2 });
        AssertDisposed(() => answers.forward(tokens));

        static void AssertDisposed(Func<torch.Tensor> forward) => Assert.AreEqual(Disposed, Assert.ThrowsExactly<InvalidOperationException>(forward).Message);
    }

    [TestMethod]
    public void Object_detection_calls_a_method_that_is_gone()
    {
        using var pyramid = new FPN([4, 8, 16], outChannel: 8);
        List<torch.Tensor> features = [torch.zeros(1, 4, 8, 8), torch.zeros(1, 8, 4, 4), torch.zeros(1, 16, 2, 2)];
        var failure = Assert.ThrowsExactly<MissingMethodException>(() => pyramid.forward(features));
        Assert.Contains("interpolate", failure.Message);
    }

    [TestMethod]
    public void With_SkiaSharp_3_the_pixels_of_an_image_cannot_be_read()
    {
        using var image = MLImage.CreateFromPixels(4, 4, MLPixelFormat.Bgra32, new byte[4 * 4 * 4]);
        Assert.AreEqual(4, image.Width);
        Assert.ThrowsExactly<MissingMethodException>(() => image.Pixels.Length);
    }

    private static ModelForPrediction NewTextModel(int padding, int words) => new(Options(BertTaskType.TextClassification), padding, words, 2);

    private static NasBertTrainer.NasBertOptions Options(BertTaskType task) => new() { TaskType = task };

    private static void AssertOutputs<T>(IEstimator<T> estimator, IDataView rows, params string[] columns)
        where T : class, ITransformer
    {
        var shape = estimator.GetOutputSchema(SchemaShape.Create(rows.Schema));
        foreach (string column in columns)
            Assert.IsTrue(shape.Any(made => made.Name == column), $"{estimator}: {column} is not among {string.Join(", ", shape.Select(made => made.Name))}.");
    }

    private static IDataView Sentences(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(number => new Sentence
    {
        Text = number % 2 == 0 ? "a fine chair" : "a dull table",
        Label = number % 2 == 0 ? "good" : "bad",
        Number = number % 2,
    }).ToArray());

    private static IDataView Pictures(MLContext mlContext) => mlContext.Data.LoadFromEnumerable(Array.Empty<Picture>());

    private sealed class Sentence
    {
        [ColumnName("Sentence")]
        public string Text { get; init; } = "";

        public string Other { get; init; } = "in other words";

        public string[] Words { get; init; } = ["0", "0", "Thing"];

        public string Label { get; init; } = "";

        public int Index { get; init; }

        public float Number { get; init; }
    }

    private sealed class Picture
    {
        [ImageType(32, 32)]
        public MLImage? Image { get; init; }

        public string[] Words { get; init; } = [];

        public float[] Boxes { get; init; } = [];
    }
}
