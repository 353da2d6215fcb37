using WebApi.Models;
using WebApi.Requests;

namespace WebApi.Tumors;

/// <summary>Diagnoses of tumors, from plain numbers and a network alone.</summary>
internal static class TumorEndpoints
{
    public static void MapTumors(this IEndpointRouteBuilder app)
    {
        var tumors = app.MapPredictions("/tumors");
        tumors.MapPost("/predict", Predict).AddEndpointFilter<CheckedRow<TumorRequest>>().Produces<TumorAnswer>().WithSummary("Diagnoses a tumor");
        tumors.MapPost("/batch", PredictBatch).AddEndpointFilter<CheckedBatch<TumorRequest>>().Produces<TumorBatchAnswer>().WithSummary("Diagnoses many tumors");
    }

    private static IResult Predict(TumorRequest tumor, Predictor<TumorModel> predictor) => predictor.Answer(rows: 1, version =>
    {
        var diagnosis = version.Model.Predict(tumor.Features);
        return new TumorAnswer(version.Name, diagnosis.Malignant, diagnosis.Probability);
    });

    private static IResult PredictBatch(Batch<TumorRequest> tumors, Predictor<TumorModel> predictor) =>
        predictor.Answer(tumors.Rows!.Length, version => new TumorBatchAnswer(version.Name, version.Model.Predict(tumors.Rows)));
}
