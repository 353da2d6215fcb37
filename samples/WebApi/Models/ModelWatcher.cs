namespace WebApi.Models;

/// <summary>Loads a model before the service listens, and again whenever its file changes.</summary>
internal sealed partial class ModelWatcher<TModel>(ModelReloader<TModel> reloader, ModelOptions options, ILogger<TModel> logger) : BackgroundService
    where TModel : class
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await reloader.Reload(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var changes = Watch();
        while (!stoppingToken.IsCancellationRequested)
        {
            bool isReported = await Wait(changes, stoppingToken);
            if (isReported || reloader.LooksChanged())
                await reloader.Reload(stoppingToken);
        }
    }

    /// <summary>Null if the system does not report changes, for example because it has no more watches to give.</summary>
    private FileChanges? Watch()
    {
        try
        {
            return new FileChanges(options.Path);
        }
        catch (IOException failure)
        {
            LogUnwatched(failure, options.Path, options.PollInterval);
            return null;
        }
    }

    private async Task<bool> Wait(FileChanges? changes, CancellationToken stop)
    {
        if (changes is not null)
            return await changes.Wait(options.PollInterval, stop);
        await Task.Delay(options.PollInterval, stop);
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "Changes of {Path} are not reported; it is looked at every {PollInterval}")]
    private partial void LogUnwatched(Exception failure, string path, TimeSpan pollInterval);
}
