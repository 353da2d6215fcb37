using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.DenseNet;

/// <summary>A thread that exchanges with other processes, one thing after the other, while the caller computes.</summary>
/// <param name="exchange">Makes an exchange, given its number.</param>
internal sealed class ExchangeLane(Action<int> exchange) : IDisposable
{
    private readonly BlockingCollection<int> _posted = [];
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

        _open++;
        _posted.Add(number);
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
        if (_open > 0)
            return;
        _posted.CompleteAdding();
        _thread?.Join();
        _posted.Dispose();
        _finished.Dispose();
    }

    private void Run()
    {
        foreach (int number in _posted.GetConsumingEnumerable())
        {
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
