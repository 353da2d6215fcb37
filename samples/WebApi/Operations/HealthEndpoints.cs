using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WebApi.Operations;

/// <summary><c>/healthz</c>: the process answers. <c>/readyz</c>: it should get requests.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = Write });
    }

    private static Task Write(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new Readiness(report.Status.ToString(), report.Entries.ToDictionary(entry => entry.Key, entry => new ReadinessEntry(entry.Value.Status.ToString(), entry.Value.Description))),
        ApiJson.Default.Readiness);
}

/// <summary>The answer of <c>/readyz</c>.</summary>
/// <param name="Status">Healthy, Degraded or Unhealthy: the worst of all checks.</param>
/// <param name="Checks">The checks: one for each model, and whether the service is stopping.</param>
internal sealed record Readiness(string Status, Dictionary<string, ReadinessEntry> Checks);

/// <summary>The result of one check.</summary>
internal sealed record ReadinessEntry(string Status, string? Description);
