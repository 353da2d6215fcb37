using Microsoft.ML.Data;

namespace WebApi.Cars;

/// <summary>A row of the pipeline's output.</summary>
internal sealed class CarPrice
{
    [ColumnName("Score")]
    public float Price { get; set; }
}
