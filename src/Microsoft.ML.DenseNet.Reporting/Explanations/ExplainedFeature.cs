namespace Microsoft.ML.DenseNet.Reporting;

/// <summary>A feature as people know it: a number, or a category that takes several slots of a row.</summary>
public sealed class ExplainedFeature
{
    internal ExplainedFeature(string name, SlotRange slots, IReadOnlyList<string>? categories)
    {
        (Name, Slots, Categories) = (name, slots, categories);
    }

    /// <summary>Its name; that of its slots if the model knows none.</summary>
    public string Name { get; }

    /// <summary>Its slots in a row of the network's input.</summary>
    public SlotRange Slots { get; }

    /// <summary>The names of the categories, in the order of the slots; null for a number.</summary>
    public IReadOnlyList<string>? Categories { get; }

    /// <summary>The feature's value in a row: the number, or the category's place among <see cref="Categories"/>. NaN if it is missing or has no category.</summary>
    /// <param name="row">One value for each network input.</param>
    public double ValueOf(ReadOnlySpan<float> row)
    {
        if (Categories is null)
            return row[Slots.Start];
        int category = row.Slice(Slots.Start, Slots.Count).IndexOfAnyExcept(0f);
        return category < 0 ? double.NaN : category;
    }

    /// <summary>A value for people: the number to four digits, the category's name, "missing" or "none".</summary>
    /// <param name="value">What <see cref="ValueOf"/> returned.</param>
    internal string TextOf(double value) =>
        double.IsNaN(value) ? Categories is null ? "missing" : "none" : Categories is null ? NumberText.Value(value) : Categories[(int)value];

    /// <summary>Changes the feature in a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="value">The number, or the category's place.</param>
    internal void Set(Span<float> row, double value)
    {
        if (Categories is null)
        {
            row[Slots.Start] = (float)value;
            return;
        }

        row.Slice(Slots.Start, Slots.Count).Clear();
        row[Slots.Start + (int)value] = 1;
    }

    /// <summary>Copies the feature from one row to another.</summary>
    internal void Copy(ReadOnlySpan<float> from, Span<float> to) => from.Slice(Slots.Start, Slots.Count).CopyTo(to.Slice(Slots.Start, Slots.Count));
}
