using Microsoft.ML.Data;

namespace WebApi.Cars;

/// <summary>A row of the pipeline's input: what <c>WebApi.Training</c> trains on and the service predicts from.</summary>
public class Car
{
    [LoadColumn(0)]
    public string Make { get; set; } = "";

    [LoadColumn(1)]
    public string Fuel { get; set; } = "";

    [LoadColumn(2)]
    public string Body { get; set; } = "";

    [LoadColumn(3)]
    public string Drive { get; set; } = "";

    [LoadColumn(4)]
    public float WheelBase { get; set; }

    [LoadColumn(5)]
    public float CurbWeight { get; set; }

    [LoadColumn(6)]
    public float EngineSize { get; set; }

    [LoadColumn(7)]
    public float Horsepower { get; set; }

    [LoadColumn(8)]
    public float CityMpg { get; set; }
}
