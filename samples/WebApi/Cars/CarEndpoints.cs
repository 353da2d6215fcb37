using WebApi.Models;
using WebApi.Requests;

namespace WebApi.Cars;

/// <summary>Prices of cars, from a pipeline: text and number columns.</summary>
internal static class CarEndpoints
{
    public static void MapCars(this IEndpointRouteBuilder app)
    {
        var cars = app.MapPredictions("/cars");
        cars.MapPost("/predict", Predict).AddEndpointFilter<CheckedRow<CarRequest>>().Produces<CarAnswer>().WithSummary("Predicts the price of a car");
        cars.MapPost("/batch", PredictBatch).AddEndpointFilter<CheckedBatch<CarRequest>>().Produces<CarBatchAnswer>().WithSummary("Predicts the prices of many cars");
    }

    private static IResult Predict(CarRequest car, Predictor<CarModel> predictor) =>
        predictor.Answer(rows: 1, version => new CarAnswer(version.Name, version.Model.Predict(car.ToRow())));

    private static IResult PredictBatch(Batch<CarRequest> cars, Predictor<CarModel> predictor) =>
        predictor.Answer(cars.Rows!.Length, version => new CarBatchAnswer(version.Name, version.Model.Predict(cars.Rows)));
}
