namespace Microsoft.ML.DenseNet;

/// <summary>
/// The gradient of a batch of which several processes have parts. Where the network is large enough, the gradient of its last layers is
/// exchanged while that of earlier ones is computed; the sums are the same, bit for bit.
/// </summary>
internal sealed unsafe class JointGradient : IGradientReceiver, IDisposable
{
    private readonly GradientExchange _exchange;
    private readonly BackpropagationProgram _program;
    private readonly float* _gradient;
    private readonly IReadOnlyList<(int Offset, int Count)>[] _ranges; // by stage
    private readonly Action _clear;
    private readonly ExchangeLane _lane;
    private double _divisor;
    private double _mean;

    /// <param name="fewest">The fewest values that are exchanged while others are computed, the same in all processes.</param>
    /// <param name="exchange">Joins gradients.</param>
    /// <param name="program">Computes gradients.</param>
    /// <param name="gradient">Where the gradient is.</param>
    /// <param name="ranges">Those of its ranges that every process has in full.</param>
    /// <param name="clear">Sets the gradient to that of no rows.</param>
    public JointGradient(int fewest, GradientExchange exchange, BackpropagationProgram program, float* gradient, IReadOnlyList<(int Offset, int Count)> ranges, Action clear)
    {
        _exchange = exchange;
        _program = program;
        _gradient = gradient;
        _clear = clear;
        Stages = program.StagesOf(fewest);
        _ranges = [.. Stages.Select((stage, i) => Within(ranges, stage.From, i == 0 ? int.MaxValue : Stages[i - 1].From))];
        _lane = new ExchangeLane(Join);
    }

    public IReadOnlyList<GradientStage> Stages { get; }

    /// <summary>Computes the gradient of the mean loss of all processes' rows; returns the mean loss.</summary>
    /// <param name="batch">This process's rows.</param>
    /// <param name="loss">The loss of a row.</param>
    /// <param name="dropoutFactor">A factor on every dropout's probability.</param>
    public double Compute(in RowBatch batch, RowLoss loss, double dropoutFactor)
    {
        uint passes = _program.Passes;
        if (batch.Count > 0)
        {
            _divisor = loss.Divisor(in batch);
            _program.ComputeGradient(in batch, loss, dropoutFactor, this);
        }
        else
        {
            GiveNothing();
        }

        _program.Passes = passes + 1; // one for all processes, whatever their shares of the batch
        _exchange.Join(_program.RowGradients);
        _exchange.Resume();
        return _mean;
    }

    public void Begin(double loss)
    {
        _mean = _exchange.Begin(_divisor, loss);
        _exchange.Resume();
    }

    public void Receive(int stage)
    {
        if (stage < Stages.Count - 1)
        {
            _lane.Post(stage);
            return;
        }

        _exchange.Pause();
        _lane.Wait();
        Join(stage); // nothing is left to compute meanwhile
    }

    public void Dispose() => _lane.Dispose();

    private static (int Offset, int Count)[] Within(IReadOnlyList<(int Offset, int Count)> ranges, int from, int end) =>
    [
        .. ranges.Select(range => (Start: Math.Max(range.Offset, from), End: Math.Min(range.Offset + range.Count, end)))
            .Where(range => range.Start < range.End)
            .Select(range => (range.Start, range.End - range.Start)),
    ];

    private void Join(int stage)
    {
        foreach (var (offset, count) in _ranges[stage])
            _exchange.Join(new Span<float>(_gradient + offset, count));
    }

    /// <summary>Takes part without rows.</summary>
    private void GiveNothing()
    {
        _clear();
        _divisor = 0;
        Begin(0);
        for (int stage = 0; stage < Stages.Count; stage++)
            Receive(stage);
    }
}
