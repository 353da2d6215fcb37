namespace WebApi.Models;

/// <summary>Tells when a file may have changed, as soon as the system reports it.</summary>
internal sealed class FileChanges : IDisposable
{
    private readonly SemaphoreSlim _changed = new(0);
    private readonly FileSystemWatcher _watcher;

    public FileChanges(string path)
    {
        _watcher = new FileSystemWatcher(Path.GetDirectoryName(path)!, Path.GetFileName(path));
        _watcher.Created += (_, _) => Signal();
        _watcher.Changed += (_, _) => Signal();
        _watcher.Renamed += (_, _) => Signal();
        _watcher.Deleted += (_, _) => Signal();
        _watcher.Error += (_, _) => Signal();
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Waits for a report, but not longer than a time. Returns whether there was one.</summary>
    public Task<bool> Wait(TimeSpan longest, CancellationToken stop) => _changed.WaitAsync(longest, stop);

    public void Dispose()
    {
        _watcher.Dispose();
        _changed.Dispose();
    }

    /// <summary>One signal covers any number of reports: writing a file causes several.</summary>
    private void Signal()
    {
        if (_changed.CurrentCount == 0)
            _changed.Release();
    }
}
