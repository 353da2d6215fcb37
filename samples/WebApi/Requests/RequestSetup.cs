using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace WebApi.Requests;

/// <summary>How requests are read, checked and refused.</summary>
internal static class RequestSetup
{
    public static void AddRequests(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<BatchOptions>()
            .BindConfiguration("Batch", binder => binder.ErrorOnUnknownConfiguration = true)
            .Validate(options => options.MaximumRows is >= 1 and <= 100_000, "Batch:MaximumRows must be from 1 to 100,000.")
            .ValidateOnStart();
        services.Configure<KestrelServerOptions>(builder.Configuration.GetSection("Kestrel"));

        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
            options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        });
        services.AddSingleton(typeof(RowCheck<>));

        // A request that cannot be read throws, so that one place answers it.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddExceptionHandler<BadRequests>();
        services.AddProblemDetails();
    }

    public static void UseRequests(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(Utf8Only.Check);
    }
}
