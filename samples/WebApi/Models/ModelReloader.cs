using System.Security.Cryptography;

namespace WebApi.Models;

/// <summary>Loads a model's file, and serves it if it is good. A bad file changes nothing but the reports.</summary>
internal sealed partial class ModelReloader<TModel>(ServedModel<TModel> served, ModelOptions options, Func<Stream, TModel> load, ModelMetrics metrics, ILogger<TModel> logger)
    where TModel : class
{
    private FileStamp? _seen;
    private (string Reason, FileStamp? Seen)? _refused;

    /// <summary>Whether the file looks different from when it was last read.</summary>
    public bool LooksChanged() => FileStamp.Of(options.Path) != _seen;

    /// <summary>Reads the file and serves its model, unless that is served already or the file was refused and has not been written since.</summary>
    public async Task Reload(CancellationToken stop)
    {
        string? version = null;
        try
        {
            byte[] content = await ReadSettled(stop);
            version = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
            if (_refused == (version, _seen))
                return;
            if (version == served.Version)
                served.Keep(fault: null);
            else
                await Serve(version, content, stop);
            _refused = null;
        }
        catch (Exception failure) when (!stop.IsCancellationRequested)
        {
            // Whatever a file does to its loader, the service goes on with the model that it has.
            Refuse(version, failure);
        }
    }

    private async Task Serve(string version, byte[] content, CancellationToken stop)
    {
        // The name and the model come from the same bytes, whatever happens to the file meanwhile.
        var loading = Task.Run(() => load(new MemoryStream(content, writable: false)), stop);
        if (await Task.WhenAny(loading, Task.Delay(options.LoadTimeout, stop)) != loading)
            throw new TimeoutException($"Loading it took longer than {options.LoadTimeout}.");
        served.Replace(new ModelVersion<TModel>(version, await loading));
        metrics.CountReload(served.Name);
        LogServed(served.Name, version, content.Length, options.Path);
    }

    /// <summary>Reads the file once it has stopped changing.</summary>
    private async Task<byte[]> ReadSettled(CancellationToken stop)
    {
        while (true)
        {
            var before = FileStamp.Of(options.Path);
            await Task.Delay(options.SettleTime, stop);
            _seen = FileStamp.Of(options.Path);
            if (_seen != before)
                continue;
            byte[] content = await File.ReadAllBytesAsync(options.Path, stop);
            if (content.Length == before.Length && FileStamp.Of(options.Path) == before)
                return content;
        }
    }

    /// <summary>Reports a file that cannot be served, once.</summary>
    private void Refuse(string? version, Exception failure)
    {
        // A file that could not be read is tried again with the next poll; one that could is tried again only if it is written again.
        if (version is null)
            _seen = null;
        var refused = (version ?? failure.Message, _seen);
        if (_refused == refused)
            return;
        _refused = refused;
        served.Keep(failure.Message);
        metrics.CountReloadFailure(served.Name);
        LogRefused(failure, served.Name, options.Path, served.Version ?? "none");
    }

    [LoggerMessage(LogLevel.Information, "Model {Model}: serving version {Version} ({Length} bytes from {Path})")]
    private partial void LogServed(string model, string version, int length, string path);

    [LoggerMessage(LogLevel.Error, "Model {Model}: {Path} cannot be served; still serving version {Version}")]
    private partial void LogRefused(Exception failure, string model, string path, string version);
}
