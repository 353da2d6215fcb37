using System.Globalization;
using Microsoft.Data.Sqlite;

namespace FromDatabase;

/// <summary>The table that the sample trains from. An application has its own; this one is filled from a CSV file.</summary>
internal static class CarTable
{
    /// <summary>The columns that hold text.</summary>
    public static readonly string[] Texts =
        ["make", "fuel_type", "aspiration", "num_of_doors", "body_style", "drive_wheels", "engine_location", "engine_type", "num_of_cylinders", "fuel_system"];

    /// <summary>The columns that hold numbers, INTEGER and REAL.</summary>
    public static readonly string[] Numbers =
        ["symboling", "normalized_losses", "wheel_base", "length", "width", "height", "curb_weight", "engine_size", "bore", "stroke", "compression_ratio", "horsepower", "peak_rpm", "city_mpg", "highway_mpg"];

    /// <summary>Creates the database file anew. An empty field of the CSV file becomes NULL.</summary>
    public static void Create(string connectionString, string csvFile)
    {
        string[] lines = File.ReadAllLines(csvFile);
        string[] names = lines[0].Split(',');

        using var connection = new SqliteConnection(connectionString);
        connection.Open();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            DROP TABLE IF EXISTS predicted_price;
            DROP TABLE IF EXISTS car;
            CREATE TABLE car (id INTEGER PRIMARY KEY, {string.Join(", ", names.Select(name => $"{name} {TypeOf(name)}"))});
            CREATE TABLE predicted_price (car_id INTEGER PRIMARY KEY REFERENCES car (id), price REAL NOT NULL);
            """;
        command.ExecuteNonQuery();

        command.CommandText = $"INSERT INTO car ({string.Join(", ", names)}) VALUES ({string.Join(", ", names.Select(name => $"${name}"))})";
        foreach (string line in lines.Skip(1))
        {
            command.Parameters.Clear();
            foreach (var (name, value) in names.Zip(line.Split(',')))
                command.Parameters.AddWithValue(name, value.Length == 0 ? DBNull.Value : Texts.Contains(name) ? value : double.Parse(value, CultureInfo.InvariantCulture));
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }

    private static string TypeOf(string column) => Texts.Contains(column) ? "TEXT" : "REAL";
}
