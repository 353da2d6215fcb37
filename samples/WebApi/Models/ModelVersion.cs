namespace WebApi.Models;

/// <summary>One version of a model. A request takes it once and uses it to its end, whatever is loaded meanwhile.</summary>
/// <param name="Name">The first twelve hexadecimal digits of the file's SHA-256: the same bytes have the same name on every server.</param>
/// <param name="Model">The model; safe on any number of threads at once.</param>
internal sealed record ModelVersion<TModel>(string Name, TModel Model)
    where TModel : class;
