using System.Security.Cryptography;

namespace WebApi.Models;

/// <summary>Loads a model's file, and serves it if it is good. A bad file changes nothing but the reports.</summary>
internal sealed partial class ModelReloader<TModel>(ServedModel<TModel> served, ModelOptions options, Func<Stream, TModel> load, ModelMetrics metrics, ILogger<TModel> logger)
    where TModel : class
{
    private FileStamp? _seen;
    private string? _refused;

    /// <summary>Whether the file looks different from when it was last read.</summary>
    public bool LooksChanged() => FileStamp.Of(options.Path) != _seen;

    /// <summary>Reads the file and serves its model, unless it is the one that is served already or was refused before.</summary>
    public async Task Reload(CancellationToken stop)
    {
        string? version = null;
        try
        {
            byte[] content = await ReadSettled(stop);
            version = Convert.ToHexStringLower(SHA256.HashData(content))[..12];
            if (version == _refused)
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

    /// <summary>Reports a file that cannot be served, once for the same content or the same failure to read it.</summary>
    private void Refuse(string? version, Exception failure)
    {
        // Content that was read will not get better; a file that could not be read is tried again with the next poll.
        if (version is null)
            _seen = null;
        string refused = version ?? failure.Message;
        if (refused == _refused)
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
