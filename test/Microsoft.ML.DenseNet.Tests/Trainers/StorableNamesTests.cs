using Microsoft.ML.Data;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Names that a file cannot hold: half of a surrogate pair has no UTF-8.</summary>
[TestClass]
public sealed class StorableNamesTests
{
    private const string Half = "a\uD800b", Whole = "a😀b";

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Data => TestTransformers.Data(_ml, ScoringRow.Create(60));

    [TestMethod]
    public void WholeTextsPassAndHalvesAreShown()
    {
        foreach (string text in new[] { "", "plain", Whole, "\uDBFF\uDFFF", "é", "\0" })
            Assert.IsTrue(StorableText.IsStorable(text), text);
        foreach (var (text, shown) in new[] { ("\uD800", "\\uD800"), ("x\uDC00", "x\\uDC00"), ("\uD83D😀", "\\uD83D😀"), ("\uDE00\uD83D", "\\uDE00\\uD83D") })
        {
            Assert.IsFalse(StorableText.IsStorable(text));
            Assert.AreEqual(shown, StorableText.Escape(text));
        }

        // The same as .NET's own encoder says.
        var random = new Random(1);
        var strict = new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true);
        for (int i = 0; i < 2000; i++)
        {
            string text = new([.. Enumerable.Range(0, random.Next(5)).Select(_ => (char)random.Next(random.Next(2) == 0 ? 0xD700 : 0x20, 0xE100))]);
            bool encodes = true;
            try
            {
                strict.GetBytes(text);
            }
            catch (System.Text.EncoderFallbackException)
            {
                encodes = false;
            }

            Assert.AreEqual(encodes, StorableText.IsStorable(text), StorableText.Escape(text));
        }
    }

    [TestMethod]
    public void NamesAreRefusedWhereTheyEnter()
    {
        Refused(() => DenseNetModules.Register(Half, inputs => nn.Linear(inputs, 1)));
        Refused(() => Losses.Custom((x, y) => x - y, Half));
        Refused(() => Schedules.Custom(_ => 1, Half));
        Refused(() => Optimizers.Custom((parameters, rate, _) => optim.SGD(parameters, rate), Half));
        Refused(() => _ = new TensorBoardObserver(Half));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => options.FeatureColumnName = Half));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => options.LabelColumnName = Half));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => options.ExampleWeightColumnName = Half));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => options.CheckpointDirectory = Half));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => SetModule(options, Half, inputs => nn.Linear(inputs, 1))));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => SetModule(options, "named", inputs => new Named(inputs, Half, "w"))).Fit(Data));
        Refused(() => TaskCase.Binary.Trainer(_ml, options => SetModule(options, "named", inputs => new Named(inputs, "m", Half))).Fit(Data));

        static void Refused(Action action) => StringAssert.Contains(Assert.Throws<ArgumentException>(action).Message, "a\\uD800b");
    }

    [TestMethod]
    public void WholeNamesComeBackFromAFile()
    {
        var trainer = TaskCase.Binary.Trainer(_ml, options => SetModule(options, Whole, inputs => new Named(inputs, Whole, Whole)));
        var transformer = trainer.Fit(Data);
        var loaded = EstimatorChecks.SaveAndLoad(transformer, Data.Schema, out _);
        Assert.AreEqual(TaskCase.Binary.NetworkOf(transformer).Layout.Layer, TaskCase.Binary.NetworkOf(loaded).Layout.Layer);
        StringAssert.Contains(TaskCase.Binary.NetworkOf(loaded).Layout.Layer.ToString(), Whole);
    }

    [TestMethod]
    public void AClassNameThatWouldChangeIsRefused()
    {
        var rows = ScoringRow.Create(60);
        foreach (var row in rows.Where(row => row.Class == "virginica"))
            row.Class = Half;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => TaskCase.Multiclass.Trainer(_ml, null).Fit(TestTransformers.Data(_ml, rows)));
        StringAssert.Contains(error.Message, "The name of class 2 (counted from 0) in label column 'Key' is 'a\\uD800b'");
    }

    [TestMethod]
    public void SlotNamesMayBeAnything()
    {
        // They decide nothing, and n-grams of characters cut emoji in two: refusing them would refuse such texts.
        var names = new VBuffer<ReadOnlyMemory<char>>(ScoringRow.Width, [.. Enumerable.Range(0, ScoringRow.Width).Select(_ => Half.AsMemory())]);
        var schema = SchemaDefinition.Create(typeof(ScoringRow));
        schema[nameof(ScoringRow.Features)].AddAnnotation(AnnotationUtils.Kinds.SlotNames, names, new VectorDataViewType(TextDataViewType.Instance, ScoringRow.Width));
        var data = _ml.Data.LoadFromEnumerable(ScoringRow.Create(60), schema);
        var model = TaskCase.Binary.Trainer(_ml, null).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = _ml.Model.Load(stream, out _);
        CollectionAssert.AreEqual(model.Transform(data).GetColumn<float>("Score").ToArray(), loaded.Transform(data).GetColumn<float>("Score").ToArray());
    }

    private static void SetModule(DenseNetOptions options, string name, ModuleFactory factory)
    {
        options.HiddenUnits = null;
        options.Module = factory;
        options.ModuleName = name;
    }

    private sealed class Named : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _linear;
        private readonly TorchSharp.Modules.Parameter _scale;

        public Named(int inputs, string module, string parameter)
            : base(nameof(Named))
        {
            _linear = nn.Linear(inputs, 1);
            _scale = nn.Parameter(ones(1));
            register_module(module, _linear);
            register_parameter(parameter, _scale);
        }

        public override Tensor forward(Tensor input) => _linear.call(input) * _scale;
    }
}
