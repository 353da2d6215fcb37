using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>One way in which a row is unlike those of the training.</summary>
/// <param name="Name">The feature, or the category.</param>
/// <param name="Slot">Its slot; the first one of the block if the row has none of its categories.</param>
/// <param name="Value">The value in that slot.</param>
/// <param name="Reason">What is unlike.</param>
/// <param name="Bound">The end of the training range that the value passes; NaN for other reasons.</param>
public sealed record RowFlag(string Name, int Slot, float Value, RowFlagReason Reason, float Bound = float.NaN)
{
    /// <summary>Says what is unlike.</summary>
    public override string ToString() => Reason switch
    {
        RowFlagReason.BelowRange => string.Create(CultureInfo.InvariantCulture, $"{Name} is {Value}, below {Bound}"),
        RowFlagReason.AboveRange => string.Create(CultureInfo.InvariantCulture, $"{Name} is {Value}, above {Bound}"),
        RowFlagReason.Missing => $"{Name} is missing",
        _ => Value == 0 ? $"{Name} has no known category" : $"{Name} did not occur in training",
    };
}
