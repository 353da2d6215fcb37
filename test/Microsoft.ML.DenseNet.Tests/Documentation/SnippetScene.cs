using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The variables that a page's code may use without making them: a context, small data, and a model that is trained on them.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "They are local variables of the reader's program.")]
public abstract class SnippetScene : SnippetProgram
{
    private const int Rows = 200;

    private static readonly Lazy<byte[]> SavedModel = new(TrainModel);

    private readonly Lazy<IDataView> _allRows;

    protected SnippetScene()
    {
        mlContext = new MLContext(seed: 1);
        _allRows = new(() => BinaryRows(mlContext));
    }

    protected MLContext mlContext { get; }

    /// <summary>200 rows of 5 features in two classes.</summary>
    protected IDataView rows => Part(0);

    /// <summary>More such rows.</summary>
    protected IDataView validationRows => Part(1);

    /// <summary>More such rows.</summary>
    protected IDataView testRows => Part(2);

    /// <summary>More such rows.</summary>
    protected IDataView newRows => Part(3);

    /// <summary>200 rows of 5 features and a number to predict.</summary>
    protected IDataView numbers => DenseNetDatasets.MakeRegression(rows: Rows, features: 5, informative: 3).ToDataView(mlContext);

    /// <summary>150 <see cref="Flower"/>s of three species.</summary>
    protected IDataView flowers
    {
        get
        {
            var made = DenseNetDatasets.MakeClassification(rows: 150, features: 2, informative: 2, redundant: 0, classes: 3, separation: 3, noise: 0, clustersPerClass: 1);
            string[] species = ["setosa", "versicolor", "virginica"];
            return mlContext.Data.LoadFromEnumerable(made.Features.Zip(made.Labels, (row, label) =>
                new Flower { PetalLength = row[0], PetalWidth = row[1], Species = species[label] }).ToArray());
        }
    }

    /// <summary>200 <see cref="House"/>s.</summary>
    protected IDataView houses => mlContext.Data.LoadFromEnumerable(MakeHouses());

    /// <summary>200 <see cref="Review"/>s that are liked where they say good things.</summary>
    protected IDataView reviews
    {
        get
        {
            var random = new Random(1);
            string[] good = ["splendid", "charming", "fine"], bad = ["dull", "noisy", "broken"], neutral = ["chair", "table", "lamp", "blue", "red", "small"];
            return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(number =>
            {
                string[] words = number % 2 == 0 ? good : bad;
                return new Review { Text = $"a {words[random.Next(3)]} {neutral[random.Next(6)]}, {words[random.Next(3)]} and {neutral[random.Next(6)]}", Liked = number % 2 == 0 };
            }).ToArray());
        }
    }

    /// <summary>One row of features.</summary>
    protected float[] features => [0.5f, -1f, 0.2f, 1.5f, -0.3f];

    /// <summary>The model in model.zip, trained on <see cref="rows"/>.</summary>
    protected DenseNetBinaryTransformer model => (DenseNetBinaryTransformer)mlContext.Model.Load(new MemoryStream(SavedModel.Value), out _);

    /// <summary>Writes the files that a page's code may read into a folder: model.zip, and the houses as houses.csv, every tenth without its rooms.</summary>
    public static void WriteFiles(string folder)
    {
        File.WriteAllBytes(Path.Combine(folder, "model.zip"), SavedModel.Value);
        File.WriteAllLines(Path.Combine(folder, "houses.csv"),
            MakeHouses().Select((house, number) => $"{house.Area},{(number % 10 == 0 ? "" : house.Rooms)},{house.District},{house.Price}").Prepend("Area,Rooms,District,Price"));
    }

    private static byte[] TrainModel()
    {
        var mlContext = new MLContext(seed: 1);
        var rows = mlContext.Data.TakeRows(BinaryRows(mlContext), Rows);
        var model = mlContext.BinaryClassification.Trainers.DenseNet(hiddenUnits: [16, 8], numberOfEpochs: 20).Fit(rows);
        using var file = new MemoryStream();
        mlContext.Model.Save(model, rows.Schema, file);
        return file.ToArray();
    }

    private static House[] MakeHouses()
    {
        var random = new Random(1);
        string[] districts = ["Center", "North", "South"];
        return [.. Enumerable.Range(0, Rows).Select(_ =>
        {
            float area = random.Next(40, 200);
            int rooms = random.Next(1, 7), district = random.Next(3);
            return new House { Area = area, Rooms = rooms, District = districts[district], Price = 1000 * area * (3 - district) + 5000 * rooms };
        })];
    }

    private static IDataView BinaryRows(MLContext mlContext) => DenseNetDatasets.MakeClassification(rows: 4 * Rows, features: 5, informative: 3, seed: 1).ToDataView(mlContext);

    /// <summary>Rows from number · <see cref="Rows"/> on; SkipRows does not take 0.</summary>
    private IDataView Part(int number) => mlContext.Data.TakeRows(number == 0 ? _allRows.Value : mlContext.Data.SkipRows(_allRows.Value, number * Rows), Rows);
}
