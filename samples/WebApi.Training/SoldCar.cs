using Microsoft.ML.Data;

namespace WebApi.Cars;

/// <summary>A row of <c>cars.csv</c>: a car and what it cost.</summary>
internal sealed class SoldCar : Car
{
    /// <summary>In dollars of 1985.</summary>
    [LoadColumn(9)]
    public float Price { get; set; }
}
