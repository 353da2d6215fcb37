using Microsoft.Extensions.Options;
using OpenTelemetry.Metrics;
using WebApi.Models;

namespace WebApi.Operations;

/// <summary>What operators need: health, metrics, a graceful stop, a description of the API.</summary>
internal static class OperationsSetup
{
    public static void AddOperations(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<ShutdownOptions>()
            .BindConfiguration("Shutdown", binder => binder.ErrorOnUnknownConfiguration = true)
            .Validate(options => options.IsValid, "Shutdown:DrainTime must be at least 0, FinishTime above 0, and both together less than an hour.")
            .ValidateOnStart();
        services.AddOptions<HostOptions>().Configure<IOptions<ShutdownOptions>>(
            (host, shutdown) => host.ShutdownTimeout = shutdown.Value.DrainTime + shutdown.Value.FinishTime);
        services.AddSingleton<Drain>();
        services.AddHostedService(provider => provider.GetRequiredService<Drain>());
        services.AddHealthChecks().AddCheck<Drain>("Running");

        services.AddSingleton<ModelMetrics>();
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(ModelMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
        services.AddApiDescription();
    }

    public static void UseOperations(this WebApplication app)
    {
        app.Use(app.Services.GetRequiredService<Drain>().CloseConnections);
        app.MapHealth();
        app.MapPrometheusScrapingEndpoint();
        app.UseApiDescription();
    }
}
