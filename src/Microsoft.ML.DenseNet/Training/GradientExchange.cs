using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Joins the gradients of several processes, each that of the mean loss of its own rows, into the gradient of the mean loss of all: the
/// same bits in every process.
/// </summary>
/// <param name="workers">The processes.</param>
internal sealed class GradientExchange(TrainingWorkers workers)
{
    private readonly Report[] _reports = new Report[workers.Count];
    private readonly float[] _factors = new float[workers.Count];
    private readonly double[] _seconds = new double[workers.Count];
    private long _resumed = Stopwatch.GetTimestamp();
    private double _computed;

    /// <summary>How long each process has computed since the last <see cref="TakeSeconds"/>, by rank.</summary>
    public double[] TakeSeconds()
    {
        double[] seconds = [.. _seconds];
        Array.Clear(_seconds);
        return seconds;
    }

    /// <summary>Begins to count how long this process computes.</summary>
    public void Resume() => _resumed = Stopwatch.GetTimestamp();

    /// <summary>Ceases to count; the time so far is part of the next report.</summary>
    public void Pause() => _computed += Stopwatch.GetElapsedTime(_resumed).TotalSeconds;

    /// <summary>Joins losses and learns how much each process's gradient counts. Then the gradient's parts are joined.</summary>
    /// <param name="divisor">What this process's sum of losses was divided by; 0 if it has no rows.</param>
    /// <param name="loss">The mean loss of its rows.</param>
    /// <returns>The mean loss of all rows.</returns>
    public double Begin(double divisor, double loss)
    {
        var own = new Report(divisor, loss, _computed + Stopwatch.GetElapsedTime(_resumed).TotalSeconds);
        _computed = 0;
        workers.ExchangeSmall(MemoryMarshal.AsBytes(new ReadOnlySpan<Report>(in own)), MemoryMarshal.AsBytes(_reports.AsSpan()));
        double all = 0, sum = 0;
        foreach (var report in _reports)
            all += report.Divisor;
        for (int rank = 0; rank < _reports.Length; rank++)
        {
            var report = _reports[rank];
            _seconds[rank] += report.Seconds;
            _factors[rank] = (float)(report.Divisor / all);
            if (report.Divisor != 0)
                sum += report.Loss * report.Divisor;
        }

        return sum / all;
    }

    /// <summary>Joins a part of the gradient that every process has in full.</summary>
    public void Join(Span<float> gradient) => workers.Sum(gradient, _factors);

    /// <summary>Joins gradients of matrices of which each process touched some rows; only these travel.</summary>
    public void Join(IReadOnlyList<RowGradient> gradients)
    {
        foreach (var gradient in gradients)
            RowGradientWire.Join(gradient, workers, _factors);
    }

    /// <summary>The range of rows that this process evaluates.</summary>
    public (long First, long End) RangeOf(long rows) => RangeOf(rows, workers.Rank);

    /// <summary>Fills in the outputs for the rows that other processes evaluated.</summary>
    /// <param name="outputs">The outputs, row-major; those of this process's range are there.</param>
    /// <param name="rows">The number of rows.</param>
    public void Fill(Span<float> outputs, long rows)
    {
        int width = (int)(outputs.Length / rows);
        var (first, end) = RangeOf(rows);
        byte[][] all = workers.Exchange(MemoryMarshal.AsBytes(outputs[((int)first * width)..((int)end * width)]));
        for (int rank = 0; rank < all.Length; rank++)
            MemoryMarshal.Cast<byte, float>(all[rank]).CopyTo(outputs[((int)RangeOf(rows, rank).First * width)..]);
    }

    private (long First, long End) RangeOf(long rows, int rank) => (rows * rank / workers.Count, rows * (rank + 1) / workers.Count);

    /// <summary>What a process tells the others of its part of a step.</summary>
    private readonly record struct Report(double Divisor, double Loss, double Seconds);
}
