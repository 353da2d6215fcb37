using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet.Benchmarks.Training;

/// <summary>
/// The three matrix products of a hidden layer's training step beside torch's, on one thread. The fastest of many short turns counts, so
/// that a busy machine disturbs the figures little.
/// </summary>
internal sealed unsafe class ProductVerb : IVerb
{
    private const int Turns = 400;

    public string Usage =>
        """
        products [--width <n>] [--rows <n>] [--chunk <n>]: GFLOP/s of the products of a training step, ours and torch's, on one thread
            --width  inputs and units of the layer, a multiple of 64 (default 512)
            --rows   rows of the batch, a multiple of the chunk (default 256: longer turns are rarely left undisturbed)
            --chunk  rows that go through all weights at a time (default 64)
        """;

    public int Run(string[] args)
    {
        var options = VerbOptions.Parse(args, "--width", "--rows", "--chunk");
        int width = int.Parse(options.GetValueOrDefault("--width", "512"), CultureInfo.InvariantCulture);
        int rows = int.Parse(options.GetValueOrDefault("--rows", "256"), CultureInfo.InvariantCulture);
        int chunk = int.Parse(options.GetValueOrDefault("--chunk", "64"), CultureInfo.InvariantCulture);
        set_num_threads(1);
        Console.WriteLine($"{VectorWidths.Widest}, {width} inputs and units, {rows} rows in chunks of {chunk}");
        Console.WriteLine("| product | ours, GFLOP/s | torch, GFLOP/s | ratio |");
        Console.WriteLine("|---|---|---|---|");
        switch (VectorWidths.Widest)
        {
            case VectorWidth.Vector512:
                Compare<SimdVector512>(width, rows, chunk);
                break;
            case VectorWidth.Vector256:
                Compare<SimdVector256>(width, rows, chunk);
                break;
            default:
                Compare<SimdVector128>(width, rows, chunk);
                break;
        }

        return 0;
    }

    private static void Compare<TVector>(int width, int rows, int chunk)
        where TVector : struct, ISimdVector<TVector>
    {
        int stride = new Activations(width).Stride;
        using Tensor x = rand(rows, width), weight = rand(width, width), gradient = rand(rows, width);
        float[] values = GC.AllocateArray<float>(rows * stride, pinned: true), outputs = GC.AllocateArray<float>(rows * stride, pinned: true);
        float[] weights = GC.AllocateArray<float>(width * width, pinned: true), sums = GC.AllocateArray<float>(width * width, pinned: true);
        Array.Fill(values, 0.5f);
        Array.Fill(weights, 0.25f);
        var packed = new PackedMatrix<TVector>(width, width);
        fixed (float* input = values, output = outputs, matrix = weights, sum = sums)
        {
            float* left = input, right = output, w = matrix, target = sum;

            void Pack()
            {
                for (int panel = 0; panel < packed.Panels; panel++)
                    packed.PackTransposed(panel, w);
            }

            void Forward()
            {
                for (int row = 0; row < rows; row += chunk)
                    packed.Multiply(left + ((long)row * stride), stride, chunk, null, right + ((long)row * stride), stride, adds: false);
            }

            void Outer()
            {
                const int Units = 64;
                int panel = PackedMatrix<TVector>.PanelWidth;
                for (int unit = 0; unit < width; unit += Units)
                {
                    for (int column = 0; column < width; column += panel)
                        OuterProduct<TVector>.Accumulate(left + unit, stride, Units, right + column, stride, Math.Min(panel, width - column), rows, target + ((long)unit * width) + column, width, adds: false);
                }
            }

            Pack();
            double operations = 2.0 * rows * width * width;
            Print("x Wᵀ, packed before", operations, Forward, () => x.mm(weight.t()).Dispose());
            Print("x Wᵀ, with packing", operations, () => { Pack(); Forward(); }, () => x.mm(weight.t()).Dispose());
            Print("∂yᵀ x", operations, Outer, () => gradient.t().mm(x).Dispose());
        }
    }

    private static void Print(string name, double operations, Action ours, Action torch)
    {
        double best = double.MaxValue, other = double.MaxValue;
        for (int turn = 0; turn < Turns; turn++)
        {
            best = Math.Min(best, Seconds(ours));
            other = Math.Min(other, Seconds(torch));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {operations / best / 1e9:F1} | {operations / other / 1e9:F1} | {other / best:F2} |"));
    }

    private static double Seconds(Action run)
    {
        long start = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
