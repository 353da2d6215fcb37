using System.Globalization;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Gpu;

/// <summary>
/// Training steps per second on a GPU, by width and batch, compared with a plain TorchSharp loop on the same GPU and with the CPU engine.
/// Without a GPU, torch on the CPU takes its place.
/// </summary>
internal sealed class GpuVerb : IVerb
{
    private static readonly Precision[] Precisions = Enum.GetValues<Precision>();

    public string Usage =>
        """
        gpu [--out <csv>] [--widths <n,n,...>] [--batches <n,n,...>]: training steps per second on the GPU, beside a plain TorchSharp
            loop on it and the CPU engine; without a GPU, torch on the CPU takes its place
            --widths   the widths of the two hidden layers (default 64,256,1024,2048; without a GPU 64,256)
            --batches  rows per step (default 256,1024,8192; without a GPU 256,1024)
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--out", "--widths", "--batches");
        TorchRuntime.EnsureLoaded();
        bool hasGpu = cuda.is_available();
        int[] widths = Numbers(options, "--widths", hasGpu ? "64,256,1024,2048" : "64,256");
        int[] batches = Numbers(options, "--batches", hasGpu ? "256,1024,8192" : "256,1024");
        var device = hasGpu ? DenseNetDevice.Cuda() : DenseNetDevice.TorchCpu;
        Console.WriteLine(hasGpu
            ? $"Torch finds {cuda.device_count()} CUDA GPU(s); the first is measured."
            : "Torch finds no CUDA GPU: the columns of the device are torch's on the CPU.");
        Console.WriteLine($"CPU: {Environment.ProcessorCount} cores, {RuntimeInformation.ProcessArchitecture}. Network: 32-width-width-1, AdamW. Figures are steps per second.");
        Console.WriteLine();
        Console.WriteLine($"| width | batch | CPU engine | plain loop, {device} | {string.Join(" | ", Precisions.Select(precision => $"DenseNet, {device}, {precision}"))} | times the plain loop | times the CPU engine |");
        Console.WriteLine($"|---|---|---|---|{string.Concat(Precisions.Select(_ => "---|"))}---|---|");
        var lines = new List<string> { $"device,width,batch,cpu_engine,plain_loop,{string.Join(',', Precisions.Select(precision => $"densenet_{precision}"))}" };
        foreach (int width in widths)
        {
            foreach (int batch in batches)
            {
                var times = GpuTimes.Measure(width, batch, device, Precisions);
                double single = times.Engine[(int)Precision.Float32];
                Console.WriteLine($"| {width} | {batch} | {Text(times.CpuEngine)} | {Text(times.Plain)} | {string.Join(" | ", times.Engine.Select(value => Text(value)))} | {Ratio(single, times.Plain)} | {Ratio(single, times.CpuEngine)} |");
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{device},{width},{batch},{times.CpuEngine:R},{times.Plain:R},{string.Join(',', times.Engine.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}"));
            }
        }

        if (options.TryGetValue("--out", out string? path))
            File.WriteAllLines(path, lines);
        return 0;
    }

    private static int[] Numbers(Dictionary<string, string> options, string name, string otherwise)
    {
        string text = options.GetValueOrDefault(name, otherwise);
        int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, CultureInfo.InvariantCulture, out int number) ? number : 0)];
        return numbers.All(number => number is >= 1 and <= 1 << 16) ? numbers : throw new UsageException($"{name} is '{text}'; it must be numbers from 1 to 65536, separated by commas.");
    }

    private static string Text(double? value) => value is { } number ? number.ToString("G4", CultureInfo.InvariantCulture) : "not measured";

    private static string Ratio(double value, double? other) => other is { } number ? (value / number).ToString("F2", CultureInfo.InvariantCulture) : "";
}
