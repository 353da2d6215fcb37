using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace Microsoft.ML.DenseNet.Samples.Tests;

/// <summary>FromDatabase trains from its table, and its predictions are in another.</summary>
[TestClass]
public sealed class FromDatabaseTests
{
    [TestMethod]
    public async Task FromDatabase_prints_what_its_README_shows_and_writes_what_it_prints()
    {
        var sample = new Sample("FromDatabase");
        string output = await sample.Run();
        ShownOutput.AssertPrinted(output, "samples/FromDatabase/README.md");
        Assert.IsGreaterThan(0.85, double.Parse(Regex.Match(output, @"R² ([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture));

        string file = Path.Combine(sample.OutputFolder, "cars.db");
        string[] lines = File.ReadAllLines(Path.Combine(sample.SourceFolder, "Data", "cars.csv"));
        string[] names = lines[0].Split(',');
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();

        // The table has the file's rows, and NULL where the file has nothing.
        Assert.AreEqual(lines.Length - 1, Number("SELECT count(*) FROM car"));
        for (int column = 0; column < names.Length; column++)
            Assert.AreEqual(lines.Count(line => line.Split(',')[column].Length == 0), Number($"SELECT count(*) FROM car WHERE {names[column]} IS NULL"), names[column]);

        // The cars without a price have a predicted one, and no others.
        Assert.AreEqual(0, Number("SELECT count(*) FROM (SELECT id FROM car WHERE price IS NULL EXCEPT SELECT car_id FROM predicted_price)"));
        Assert.AreEqual(4, Number("SELECT count(*) FROM predicted_price"));
        using var query = connection.CreateCommand();
        query.CommandText = "SELECT price FROM predicted_price ORDER BY car_id";
        using var reader = query.ExecuteReader();
        foreach (Match printed in Regex.Matches(output, @"hp +(\d+) dollars"))
        {
            Assert.IsTrue(reader.Read());
            Assert.AreEqual(double.Parse(printed.Groups[1].Value, CultureInfo.InvariantCulture), reader.GetDouble(0), 0.5);
        }

        long Number(string sql)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            return (long)command.ExecuteScalar()!;
        }
    }
}
