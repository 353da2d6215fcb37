using System.Reflection;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Microsoft.ML.DenseNet.Benchmarks;
using Microsoft.ML.DenseNet.Benchmarks.Cluster;
using Microsoft.ML.DenseNet.Benchmarks.Default;
using Microsoft.ML.DenseNet.Benchmarks.Encodings;
using Microsoft.ML.DenseNet.Benchmarks.Explanations;
using Microsoft.ML.DenseNet.Benchmarks.Gpu;
using Microsoft.ML.DenseNet.Benchmarks.Intervals;
using Microsoft.ML.DenseNet.Benchmarks.Prediction;
using Microsoft.ML.DenseNet.Benchmarks.Quality;
using Microsoft.ML.DenseNet.Benchmarks.Reading;
using Microsoft.ML.DenseNet.Benchmarks.Scoring;
using Microsoft.ML.DenseNet.Benchmarks.Sparse;
using Microsoft.ML.DenseNet.Benchmarks.Streaming;
using Microsoft.ML.DenseNet.Benchmarks.Training;
using Microsoft.ML.DenseNet.Benchmarks.Wide;

var verbs = new Dictionary<string, IVerb>(StringComparer.Ordinal)
{
    ["quality"] = new QualityVerb(),
    ["quality-summary"] = new QualitySummaryVerb(Console.Out),
    ["tune"] = new TuneVerb(Console.Out),
    ["compare"] = new CompareVerb(Console.Out),
    ["default"] = new DefaultVerb(),
    ["default-once"] = new DefaultOnceVerb(),
    ["training"] = new TrainingVerb(),
    ["gpu"] = new GpuVerb(),
    ["prediction"] = new PredictionVerb(),
    ["scoring"] = new ScoringVerb(),
    ["reading"] = new ReadingVerb(),
    ["streaming"] = new StreamingVerb(),
    ["sparse"] = new SparseVerb(),
    ["wide"] = new WideVerb(),
    ["products"] = new ProductVerb(),
    ["encodings"] = new EncodingsVerb(),
    ["explain"] = new ExplainVerb(),
    ["predict-once"] = new PredictOnceVerb(),
    ["intervals"] = new IntervalsVerb(),
    ["cluster"] = new ClusterVerb(),
    ["cluster-model"] = new ClusterModelVerb(),
    ["cluster-stream"] = new ClusterStreamVerb(),
};

// Anything that is not a verb goes to BenchmarkDotNet: its options all start with a dash.
if (args.Length == 0 || args[0].StartsWith('-'))
{
    // In this process: the projects that BenchmarkDotNet generates ignore Directory.Build.targets, and so the native symbol fix in it.
    IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance));
    BenchmarkSwitcher.FromAssembly(Assembly.GetExecutingAssembly()).Run(args, config);
    return 0;
}

if (!verbs.TryGetValue(args[0], out var verb))
{
    Console.Error.WriteLine($"There is no verb '{args[0]}'.");
    Console.Error.WriteLine("Usage: [BenchmarkDotNet options], or one of");
    foreach (var known in verbs.Values)
        Console.Error.WriteLine(known.Usage);
    return 2;
}

try
{
    return verb.Run(args[1..]);
}
catch (UsageException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(verb.Usage);
    return 2;
}
