using DuckDB.NET.Data;
using DuckDB.NET.Data.DataChunk.Reader;
using DuckDB.NET.Data.DataChunk.Writer;
using Microsoft.ML.OnnxRuntime;

// Predicts a table in DuckDB with an exported model: ScoringAtScale.DuckDb MODEL.onnx ROWS PREDICTIONS
// ROWS is what DuckDB reads, such as 'rows/*.csv' or 'rows/*.parquet', with a column Id and the model's features in the order of its training.
// PREDICTIONS is a file whose name ends with .parquet or .csv.
if (args is not [var model, var rows, var predictions])
{
    Console.Error.WriteLine("Usage: ScoringAtScale.DuckDb MODEL.onnx ROWS PREDICTIONS");
    return 2;
}

// DuckDB calls the function on each of its threads, so the session must not start more.
using var options = new SessionOptions { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
using var session = new InferenceSession(model, options);
using var run = new RunOptions();

using var database = new DuckDBConnection("DataSource=:memory:");
database.Open();
database.RegisterScalarFunction<float, float>("predict", Predict, new ScalarFunctionOptions { HandlesNulls = true }, @params: true);

string source = $"'{rows.Replace("'", "''", StringComparison.Ordinal)}'", target = $"'{predictions.Replace("'", "''", StringComparison.Ordinal)}'";
string[] features = [.. Names($"SELECT column_name FROM (DESCRIBE SELECT * EXCLUDE (Id) FROM {source})")];
using var command = database.CreateCommand();
command.CommandText = $"COPY (SELECT Id, predict({string.Join(", ", features.Select(name => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"::FLOAT"))}) AS Probability FROM {source}) TO {target}";
Console.WriteLine($"{command.ExecuteNonQuery()} rows predicted");
return 0;

// DuckDB passes some 2,000 rows at a time, column by column.
void Predict(IReadOnlyList<IDuckDBDataReader> columns, IDuckDBDataWriter writer, ulong count)
{
    float[] values = new float[(int)count * columns.Count];
    for (int column = 0; column < columns.Count; column++)
    {
        for (int row = 0; row < (int)count; row++)
            values[(row * columns.Count) + column] = columns[column].IsValid((ulong)row) ? columns[column].GetValue<float>((ulong)row) : float.NaN;
    }

    using var input = OrtValue.CreateTensorValueFromMemory(values, [(long)count, columns.Count]);
    using var outputs = session.Run(run, ["Features"], [input], ["Probability"]);
    var probabilities = outputs[0].GetTensorDataAsSpan<float>();
    for (int row = 0; row < probabilities.Length; row++)
        writer.WriteValue(probabilities[row], (ulong)row);
}

IEnumerable<string> Names(string query)
{
    using var names = database.CreateCommand();
    names.CommandText = query;
    using var reader = names.ExecuteReader();
    while (reader.Read())
        yield return reader.GetString(0);
}
