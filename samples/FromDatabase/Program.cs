using System.Data;
using FromDatabase;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;

string connectionString = $"Data Source={Path.Combine(AppContext.BaseDirectory, "cars.db")}";
string modelFile = Path.Combine(AppContext.BaseDirectory, "prices.zip");
CarTable.Create(connectionString, Path.Combine(AppContext.BaseDirectory, "cars.csv"));

// Columns by name. Numbers are read as Single, where NULL becomes NaN, a missing value. As an integer it would become 0.
DatabaseLoader.Column Read(string name, DbType type) => new() { Name = name, Type = type, Source = [new DatabaseLoader.Range(name)] };

var mlContext = new MLContext(seed: 1);
var loader = mlContext.Data.CreateDatabaseLoader([
    Read("id", DbType.Int64),
    .. CarTable.Texts.Select(name => Read(name, DbType.String)),
    .. CarTable.Numbers.Select(name => Read(name, DbType.Single)),
    Read("price", DbType.Single)]);

// A query, not rows in memory: each pass over the data runs it again. ORDER BY gives the same rows in the same order each time.
IDataView Cars(string condition) =>
    loader.Load(new DatabaseSource(SqliteFactory.Instance, connectionString, $"SELECT * FROM car WHERE {condition} ORDER BY id"));

var trainingCars = Cars("price IS NOT NULL AND id % 5 <> 0");
var testCars = Cars("price IS NOT NULL AND id % 5 = 0");
var unpricedCars = Cars("price IS NULL");

// A NULL text is an empty one, which belongs to no category: all its slots are 0.
var pipeline = mlContext.Transforms.Categorical.OneHotEncoding([.. CarTable.Texts.Select(name => new InputOutputColumnPair(name))])
    .Append(mlContext.Transforms.Concatenate("Features", [.. CarTable.Texts, .. CarTable.Numbers]))
    .Append(mlContext.Regression.Trainers.DenseNet(labelColumnName: "price"));
var trained = pipeline.Fit(trainingCars);
mlContext.Model.SaveModel(trained, trainingCars.Schema, modelFile);

var metrics = mlContext.Regression.Evaluate(trained.Transform(testCars), labelColumnName: "price");
Console.WriteLine($"Cars that it has not seen: R² {metrics.RSquared:F3}, mean absolute error {metrics.MeanAbsoluteError:F0} dollars.");

// Another application: load the model, price the cars that have no price, and write all of them or none.
var model = mlContext.Model.Load(modelFile, out _);
var priced = mlContext.Data.CreateEnumerable<PricedCar>(model.Transform(unpricedCars), reuseRowObject: false).ToList(); // SQLite has one writer, and no reader may keep it waiting

using var connection = new SqliteConnection(connectionString);
connection.Open();
using (var transaction = connection.BeginTransaction())
{
    using var insert = connection.CreateCommand();
    insert.CommandText = "INSERT INTO predicted_price (car_id, price) VALUES ($car, $price) ON CONFLICT (car_id) DO UPDATE SET price = excluded.price";
    var car = insert.Parameters.Add("$car", SqliteType.Integer);
    var price = insert.Parameters.Add("$price", SqliteType.Real);
    foreach (var prediction in priced)
    {
        (car.Value, price.Value) = (prediction.Id, (double)prediction.Score);
        insert.ExecuteNonQuery();
    }

    transaction.Commit();
}

using var query = connection.CreateCommand();
query.CommandText = "SELECT car_id, make, body_style, horsepower, predicted_price.price FROM predicted_price JOIN car ON car.id = car_id ORDER BY car_id";
using var reader = query.ExecuteReader();
while (reader.Read())
    Console.WriteLine($"{reader["car_id"],4}  {reader["make"],-8} {reader["body_style"],-10} {reader["horsepower"],4} hp  {reader.GetDouble(4),8:F0} dollars");
