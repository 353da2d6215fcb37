using Microsoft.ML.Data;

namespace QuickStart;

/// <summary>A line of the data file.</summary>
internal sealed class Tumor
{
    /// <summary>Radius, texture, perimeter and so on of the cell nuclei: means, standard errors and worst values.</summary>
    [LoadColumn(0, 29), VectorType(30)]
    public float[] Features { get; set; } = [];

    [LoadColumn(30)]
    public bool Malignant { get; set; }
}
