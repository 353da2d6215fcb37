using System.Diagnostics;

namespace WebApi.Models;

/// <summary>Answers a request from one version of a model.</summary>
internal sealed class Predictor<TModel>(ServedModel<TModel> served, ModelMetrics metrics)
    where TModel : class
{
    /// <summary>Predicts with the version that is current now, and measures how long that takes.</summary>
    /// <param name="rows">The number of rows that are predicted.</param>
    /// <param name="predict">Makes the answer; it gets the version and must name it.</param>
    /// <returns>The answer, or 503 as long as there is no model.</returns>
    public IResult Answer<TAnswer>(int rows, Func<ModelVersion<TModel>, TAnswer> predict)
    {
        if (served.Current is not { } version)
            return TypedResults.Problem($"The model '{served.Name}' is not loaded. Try again later.", statusCode: StatusCodes.Status503ServiceUnavailable);
        long start = Stopwatch.GetTimestamp();
        var answer = predict(version);
        metrics.CountPrediction(served.Name, rows, Stopwatch.GetElapsedTime(start));
        return TypedResults.Ok(answer);
    }
}
