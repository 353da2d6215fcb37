using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace WebApi.Models;

/// <summary>Registers what a served model consists of.</summary>
internal static class ModelRegistration
{
    /// <summary>Serves a model from the file that the section <c>Models:[name]</c> names.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="load">Loads and tries the model; throws if it is not one that this service can serve.</param>
    public static void AddModel<TModel>(this WebApplicationBuilder builder, string name, Func<Stream, TModel> load)
        where TModel : class
    {
        string section = $"Models:{name}", folder = builder.Environment.ContentRootPath;
        var services = builder.Services;
        services.AddOptions<ModelOptions>(name)
            .BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true)
            .PostConfigure(options => options.Path = options.Path.Length == 0 ? "" : Path.GetFullPath(options.Path, folder))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<ModelOptions>>(new ModelOptionsCheck(name, section));

        services.AddSingleton(new ServedModel<TModel>(name));
        services.AddSingleton<IServedModel>(provider => provider.GetRequiredService<ServedModel<TModel>>());
        services.AddSingleton<Predictor<TModel>>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ModelReloader<TModel>>(provider, Options(provider), load));
        services.AddHostedService(provider => ActivatorUtilities.CreateInstance<ModelWatcher<TModel>>(provider, Options(provider)));
        services.AddHealthChecks().Add(new HealthCheckRegistration(name, provider => new ModelHealthCheck(provider.GetRequiredService<ServedModel<TModel>>()), null, null));

        ModelOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptionsMonitor<ModelOptions>>().Get(name);
    }
}
