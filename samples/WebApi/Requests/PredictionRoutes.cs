namespace WebApi.Requests;

/// <summary>What the endpoints that predict have in common.</summary>
internal static class PredictionRoutes
{
    public static RouteGroupBuilder MapPredictions(this IEndpointRouteBuilder app, string prefix) => app.MapGroup(prefix)
        .WithTags(prefix.TrimStart('/'))
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
