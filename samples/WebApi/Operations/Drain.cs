using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace WebApi.Operations;

/// <summary>
/// The first step of a graceful stop: on SIGTERM the service stops being ready and goes on answering for a while. After that the host closes
/// its port and lets the open requests finish.
/// </summary>
internal sealed partial class Drain(IOptions<ShutdownOptions> options, ILogger<Drain> logger) : IHostedLifecycleService, IHealthCheck
{
    private volatile bool _isDraining;

    /// <summary>Runs before the server is stopped.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        LogDraining(options.Value.DrainTime);
        await Task.Delay(options.Value.DrainTime, cancellationToken);
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isDraining ? HealthCheckResult.Unhealthy("The service is stopping.") : HealthCheckResult.Healthy());

    /// <summary>Has clients close their connection with this answer, so that none sends its next request into a closing one.</summary>
    public Task CloseConnections(HttpContext context, RequestDelegate next)
    {
        if (_isDraining)
            context.Response.Headers.Connection = "close";
        return next(context);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Not ready any more; going on for {DrainTime}")]
    private partial void LogDraining(TimeSpan drainTime);
}
