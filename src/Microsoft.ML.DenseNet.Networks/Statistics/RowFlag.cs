using System.Globalization;

namespace Microsoft.ML.DenseNet;

/// <summary>One way in which a row is unlike those of the training.</summary>
public sealed record RowFlag
{
    internal RowFlag(string name, int slot, float value, RowFlagReason reason, float bound = float.NaN) =>
        (Name, Slot, Value, Reason, Bound) = (name, slot, value, reason, bound);

    /// <summary>The feature, or the category.</summary>
    public string Name { get; }

    /// <summary>Its slot; the first one of the block if the row has none of its categories.</summary>
    public int Slot { get; }

    /// <summary>The value in that slot.</summary>
    public float Value { get; }

    /// <summary>What is unlike.</summary>
    public RowFlagReason Reason { get; }

    /// <summary>The end of the training range that the value passes; NaN for other reasons.</summary>
    public float Bound { get; }

    /// <summary>Says what is unlike.</summary>
    public override string ToString() => Reason switch
    {
        RowFlagReason.BelowRange => string.Create(CultureInfo.InvariantCulture, $"{Name} is {Value}, below {Bound}"),
        RowFlagReason.AboveRange => string.Create(CultureInfo.InvariantCulture, $"{Name} is {Value}, above {Bound}"),
        RowFlagReason.Missing => $"{Name} is missing",
        _ => Value == 0 ? $"{Name} has no known category" : $"{Name} did not occur in training",
    };
}
