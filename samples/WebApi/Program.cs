using WebApi;

// A service that predicts with the model saved by QuickStart, without libtorch.
var builder = WebApplication.CreateBuilder(args);
builder.Services.AddSingleton(TumorModel.Load(Path.Combine(AppContext.BaseDirectory, "tumors.zip")));
var app = builder.Build();

app.MapGet("/", (TumorModel model) => $"POST {{\"features\": [...]}} with {model.FeatureCount} numbers to /predict.");
app.MapPost("/predict", (Measurements measurements, TumorModel model) =>
    measurements.Features.Length == model.FeatureCount
        ? Results.Ok(model.Predict(measurements.Features))
        : Results.BadRequest($"features has {measurements.Features.Length} numbers; {model.FeatureCount} are needed."));

app.Run();
