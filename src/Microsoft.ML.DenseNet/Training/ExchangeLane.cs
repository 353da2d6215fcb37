using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A thread that exchanges with other processes, one thing after the other, while the caller computes.</summary>
/// <param name="exchange">Makes an exchange, given its number.</param>
internal sealed class ExchangeLane(Action<int> exchange) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Queue<int> _posted = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly SemaphoreSlim _finished = new(0);
    private Thread? _thread;
    private ExceptionDispatchInfo? _failure;
    private int _open; // exchanges that nobody has waited for

    /// <summary>Begins an exchange after those before it.</summary>
    public void Post(int number)
    {
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "DenseNet exchange" };
            _thread.Start();
        }

        lock (_gate)
            _posted.Enqueue(number);
        _open++;
        _wake.Release();
    }

    /// <summary>Waits for all exchanges; throws what one of them has thrown.</summary>
    public void Wait()
    {
        for (; _open > 0; _open--)
            _finished.Wait();
        _failure?.Throw();
    }

    public void Dispose()
    {
        // While an exchange is open this thread has failed, and other processes wait for it: they are ended with this one, whose exchange
        // would never end by itself.
        if (_thread is null || _open > 0)
            return;
        Post(-1);
        _thread.Join();
        _wake.Dispose();
        _finished.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            _wake.Wait();
            int number;
            lock (_gate)
                number = _posted.Dequeue();
            if (number < 0)
                return;
            try
            {
                if (_failure is null)
                    exchange(number);
            }
            catch (Exception failure)
            {
                _failure = ExceptionDispatchInfo.Capture(failure);
            }

            _finished.Release();
        }
    }
}
