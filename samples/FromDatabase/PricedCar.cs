using Microsoft.ML.Data;

namespace FromDatabase;

/// <summary>What is read from the model's output.</summary>
internal sealed class PricedCar
{
    [ColumnName("id")]
    public long Id { get; set; }

    public float Score { get; set; }
}
