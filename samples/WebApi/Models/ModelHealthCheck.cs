using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebApi.Models;

/// <summary>Unhealthy without a model; degraded, but ready, if an old model is served because the new file is bad.</summary>
internal sealed class ModelHealthCheck(IServedModel model) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(model switch
    {
        { Version: null } => HealthCheckResult.Unhealthy($"There is no model. {model.Fault}"),
        { Fault: not null } => HealthCheckResult.Degraded($"Still serving version {model.Version}, because the file cannot be served. {model.Fault}"),
        _ => HealthCheckResult.Healthy($"Serving version {model.Version}."),
    });
}
