using System.Data;
using Microsoft.Data.Analysis;
using Microsoft.Data.Sqlite;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>DataFrames and queries train as rows in memory do, and nulls become what docs/dataframes-parquet-databases.md says.</summary>
[TestClass]
public sealed class ForeignSourceTests
{
    private const string ConnectionString = "Data Source=foreign;Mode=Memory;Cache=Shared;Pooling=False";

    private static readonly DatabaseLoader.Column[] Columns =
    [
        new("Area", DbType.Single, 0), new("Rooms", DbType.Single, 1), new("Price", DbType.Single, 2),
    ];

    [TestMethod]
    [DataRow(DataPlacement.Host)]
    [DataRow(DataPlacement.Stream)]
    public void A_frame_and_a_query_give_the_model_that_rows_in_memory_give(DataPlacement placement)
    {
        var mlContext = new MLContext(seed: 1);
        Row[] rows = Rows();
        var frame = new DataFrame(
            new SingleDataFrameColumn("Area", rows.Select(row => (float?)row.Area)),
            new SingleDataFrameColumn("Rooms", rows.Select(row => float.IsNaN(row.Rooms) ? null : (float?)row.Rooms)),
            new SingleDataFrameColumn("Price", rows.Select(row => (float?)row.Price)));
        using var database = Database(rows);
        var query = mlContext.Data.CreateDatabaseLoader(Columns).Load(new DatabaseSource(SqliteFactory.Instance, ConnectionString, "SELECT area, rooms, price FROM house ORDER BY id"));

        float[] expected = Train(mlContext.Data.LoadFromEnumerable(rows));
        CollectionAssert.AreEqual(expected, Train(frame));
        CollectionAssert.AreEqual(expected, Train(query));

        float[] Train(IDataView data)
        {
            var pipeline = mlContext.Transforms.Concatenate("Features", "Area", "Rooms").Append(mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
            {
                LabelColumnName = "Price",
                HiddenUnits = [8],
                NumberOfEpochs = 3,
                BatchSize = 32,
                DataPlacement = placement,
            }));
            return [.. pipeline.Fit(data).Transform(data).GetColumn<float>("Score")];
        }
    }

    [TestMethod]
    public void Null_of_a_frame_is_missing_only_in_floating_point()
    {
        IDataView frame = new DataFrame(
            new SingleDataFrameColumn("Single", [1f, null]),
            new DoubleDataFrameColumn("Double", [1d, null]),
            new Int32DataFrameColumn("Int32", [1, null]),
            new BooleanDataFrameColumn("Boolean", [true, null]),
            new StringDataFrameColumn("Text", ["a", null]));
        AssertNulls(frame);
    }

    [TestMethod]
    public void Null_of_a_query_is_missing_only_in_floating_point()
    {
        using var database = Database([]);
        var mlContext = new MLContext(seed: 1);
        var loader = mlContext.Data.CreateDatabaseLoader(
            new("Single", DbType.Single, 0), new("Double", DbType.Double, 1), new("Int32", DbType.Int32, 2), new("Boolean", DbType.Boolean, 3), new("Text", DbType.String, 4));
        AssertNulls(loader.Load(new DatabaseSource(SqliteFactory.Instance, ConnectionString, "SELECT 1, 1, 1, 1, 'a' UNION ALL SELECT null, null, null, null, null")));
    }

    [TestMethod]
    public void A_label_that_is_null_is_refused()
    {
        using var database = Database(Rows());
        var mlContext = new MLContext(seed: 1);
        var query = mlContext.Data.CreateDatabaseLoader(Columns).Load(new DatabaseSource(SqliteFactory.Instance, ConnectionString, "SELECT area, rooms, CASE id WHEN 3 THEN null ELSE price END FROM house ORDER BY id"));
        var pipeline = mlContext.Transforms.Concatenate("Features", "Area").Append(mlContext.Regression.Trainers.DenseNet(labelColumnName: "Price", hiddenUnits: [4]));
        Assert.Contains("Price", Assert.Throws<InvalidOperationException>(() => pipeline.Fit(query)).Message);
    }

    [TestMethod]
    public void Decimals_are_no_type_of_ML_NET_and_dates_become_ticks()
    {
        var mlContext = new MLContext(seed: 1);
        IDataView decimals = new DataFrame(new DecimalDataFrameColumn("Decimal", [1.5m]));
        Assert.AreEqual(1.5, decimals.GetColumn<double>("Decimal").Single());
        Assert.Throws<Exception>(() => mlContext.Data.CreateDatabaseLoader(new DatabaseLoader.Column("Decimal", DbType.Decimal, 0)));
        Assert.Throws<Exception>(() => mlContext.Data.LoadFromEnumerable([new { Price = 1m }]));
        var day = new DateTime(2024, 2, 29);
        var dates = mlContext.Data.LoadFromEnumerable([new Dated { Day = day }]);
        Assert.AreEqual((float)day.Ticks, mlContext.Transforms.Conversion.ConvertType("Day", outputKind: DataKind.Single).Fit(dates).Transform(dates).GetColumn<float>("Day").Single());
    }

    [TestMethod]
    [DataRow(DataPlacement.Auto, 1)]
    [DataRow(DataPlacement.Stream, 4)]
    public void Rows_that_are_kept_are_read_once_and_streamed_ones_once_more_than_epochs(DataPlacement placement, int expected)
    {
        var mlContext = new MLContext(seed: 1);
        int passes = 0;
        IEnumerable<Row> Counted()
        {
            passes++;
            foreach (var row in Rows())
                yield return row;
        }

        mlContext.Transforms.Concatenate("Features", "Area", "Rooms").Append(mlContext.Regression.Trainers.DenseNet(new DenseNetRegressionTrainer.Options
        {
            LabelColumnName = "Price",
            HiddenUnits = [8],
            NumberOfEpochs = 3,
            DataPlacement = placement,
        })).Fit(mlContext.Data.LoadFromEnumerable(Counted()));
        Assert.AreEqual(expected, passes);
    }

    private static void AssertNulls(IDataView view)
    {
        CollectionAssert.AreEqual(new[] { 1f, float.NaN }, view.GetColumn<float>("Single").ToArray());
        CollectionAssert.AreEqual(new[] { 1d, double.NaN }, view.GetColumn<double>("Double").ToArray());
        CollectionAssert.AreEqual(new[] { 1, 0 }, view.GetColumn<int>("Int32").ToArray());
        CollectionAssert.AreEqual(new[] { true, false }, view.GetColumn<bool>("Boolean").ToArray());
        CollectionAssert.AreEqual(new[] { "a", "" }, view.GetColumn<string>("Text").ToArray());
    }

    private static Row[] Rows()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, 100).Select(number =>
        {
            float area = random.Next(40, 200), rooms = random.Next(1, 7);
            return new Row { Area = area, Rooms = number % 10 == 0 ? float.NaN : rooms, Price = (1000 * area) + (5000 * rooms) };
        })];
    }

    /// <summary>A database in memory that lives as long as this connection to it.</summary>
    private static SqliteConnection Database(Row[] rows)
    {
        var connection = new SqliteConnection(ConnectionString);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE TABLE house (id INTEGER PRIMARY KEY, area INTEGER, rooms INTEGER, price REAL)";
        command.ExecuteNonQuery();
        command.CommandText = "INSERT INTO house (area, rooms, price) VALUES ($area, $rooms, $price)";
        foreach (var row in rows)
        {
            command.Parameters.Clear();
            command.Parameters.AddWithValue("$area", row.Area);
            command.Parameters.AddWithValue("$rooms", float.IsNaN(row.Rooms) ? DBNull.Value : row.Rooms);
            command.Parameters.AddWithValue("$price", row.Price);
            command.ExecuteNonQuery();
        }

        return connection;
    }

    private sealed class Row
    {
        public float Area { get; init; }

        public float Rooms { get; init; }

        public float Price { get; init; }
    }

    private sealed class Dated
    {
        public DateTime Day { get; init; }
    }
}
