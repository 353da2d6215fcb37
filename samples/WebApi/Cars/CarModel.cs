using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace WebApi.Cars;

/// <summary>
/// An ML.NET pipeline that predicts on any number of threads at once. A <see cref="PredictionEngine{TSrc, TDst}"/> serves one thread, so the
/// engines are pooled; each version of the model has its own pool, and both are collected together.
/// </summary>
internal sealed class CarModel
{
    private static readonly Car Example = new() { Make = "volvo", Fuel = "gas", Body = "sedan", Drive = "rwd", WheelBase = 100, CurbWeight = 3000, EngineSize = 140, Horsepower = 110, CityMpg = 23 };

    private readonly ObjectPool<PredictionEngine<Car, CarPrice>> _engines;

    private CarModel(ObjectPool<PredictionEngine<Car, CarPrice>> engines) => _engines = engines;

    /// <summary>Loads a pipeline and tries it on an example, which also makes the first engine.</summary>
    /// <exception cref="Exception">The file is damaged, or not a pipeline from cars to a price.</exception>
    public static CarModel Load(Stream file)
    {
        var mlContext = new MLContext();
        var pipeline = mlContext.Model.Load(file, out _);
        var model = new CarModel(new DefaultObjectPool<PredictionEngine<Car, CarPrice>>(new Engines(mlContext, pipeline)));
        float price = model.Predict(Example);
        return float.IsFinite(price) ? model : throw new InvalidDataException($"The model predicts the price {price} for an ordinary car.");
    }

    /// <summary>Predicts one car's price.</summary>
    public float Predict(Car car)
    {
        // Should a prediction throw, its engine is not returned: it may be in any state.
        var engine = _engines.Get();
        float price = engine.Predict(car).Price;
        _engines.Return(engine);
        return price;
    }

    /// <summary>Predicts many cars' prices.</summary>
    public float[] Predict(IReadOnlyList<CarRequest> cars)
    {
        var engine = _engines.Get();
        var price = new CarPrice();
        float[] prices = new float[cars.Count];
        for (int row = 0; row < prices.Length; row++)
        {
            engine.Predict(cars[row].ToRow(), ref price);
            prices[row] = price.Price;
        }

        _engines.Return(engine);
        return prices;
    }

    private sealed class Engines(MLContext mlContext, ITransformer pipeline) : PooledObjectPolicy<PredictionEngine<Car, CarPrice>>
    {
        private static readonly PredictionEngineOptions Shared = new() { OwnsTransformer = false };

        public override PredictionEngine<Car, CarPrice> Create() => mlContext.Model.CreatePredictionEngine<Car, CarPrice>(pipeline, Shared);

        public override bool Return(PredictionEngine<Car, CarPrice> obj) => true;
    }
}
