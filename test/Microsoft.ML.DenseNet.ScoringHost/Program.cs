using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.DenseNet.ScoringHost;

// Scores a saved model in a process that has no libtorch: MODEL ROWS WIDTH SCORES [COLUMN]
// ROWS holds WIDTH floats a row, little-endian; SCORES receives the floats of the column, Score by default, and SCORES.contributions those of
// FeatureContributions if there are any.
var mlContext = new MLContext();
var model = mlContext.Model.Load(args[0], out _);
int width = int.Parse(args[2], CultureInfo.InvariantCulture);
float[] values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(args[1])).ToArray();

var schema = SchemaDefinition.Create(typeof(HostRow));
schema[nameof(HostRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
var rows = mlContext.Data.LoadFromEnumerable(values.Chunk(width).Select(row => new HostRow { Features = row }), schema);
var scored = model.Transform(rows);

string column = args.Length > 4 ? args[4] : "Score";
float[] scores = scored.Schema[column].Type is VectorDataViewType
    ? [.. scored.GetColumn<float[]>(column).SelectMany(row => row)]
    : [.. scored.GetColumn<float>(column)];
File.WriteAllBytes(args[3], MemoryMarshal.AsBytes(scores.AsSpan()));
if (scored.Schema.GetColumnOrNull("FeatureContributions") is not null)
    File.WriteAllBytes(args[3] + ".contributions", MemoryMarshal.AsBytes(scored.GetColumn<float[]>("FeatureContributions").SelectMany(row => row).ToArray().AsSpan()));

// The caller checks these: torch must be neither loaded nor there to load.
Console.WriteLine($"TorchSharp loaded: {AppDomain.CurrentDomain.GetAssemblies().Any(assembly => assembly.GetName().Name == "TorchSharp")}");
Console.WriteLine($"torch files: {Directory.EnumerateFiles(AppContext.BaseDirectory, "*", new EnumerationOptions { RecurseSubdirectories = true }).Count(IsTorch)}");

static bool IsTorch(string path) => Path.GetFileName(path) is var name && (name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name.Contains("c10", StringComparison.Ordinal));
