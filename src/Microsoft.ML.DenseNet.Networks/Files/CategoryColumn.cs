namespace Microsoft.ML.DenseNet;

/// <summary>
/// A column of keys that a network reads besides the feature column. Each slot of it is a one-hot block of the network's input, after the
/// features: all 0 except for a 1 at the key's place, or all 0 for a missing key.
/// </summary>
public sealed class CategoryColumn
{
    internal CategoryColumn(string name, int keyCount, int slotCount, IReadOnlyList<string>? keyValues)
    {
        Name = name;
        KeyCount = keyCount;
        SlotCount = slotCount;
        KeyValues = keyValues is null ? null : Array.AsReadOnly(keyValues.Select(NetworkSignature.Transcodable).ToArray());
    }

    /// <summary>The column's name in the training data.</summary>
    public string Name { get; }

    /// <summary>The number of different keys, which is the width of a block.</summary>
    public int KeyCount { get; }

    /// <summary>The number of keys in a row: 1, or the length of a vector of keys.</summary>
    public int SlotCount { get; }

    /// <summary>
    /// The values of the keys as text, in the order of a block. Null for keys without values, such as hashes, and if the values of this
    /// column and those before it together exceed 65,536 texts or 4 MiB.
    /// </summary>
    public IReadOnlyList<string>? KeyValues { get; }

    /// <summary>The number of network inputs that the column takes.</summary>
    internal long Width => (long)KeyCount * SlotCount;

    /// <summary>Returns the same column without the values of its keys.</summary>
    internal CategoryColumn WithoutValues() => new(Name, KeyCount, SlotCount, null);

    /// <summary>Returns how another column differs in a way that gives its keys another meaning, as a clause; null if it does not.</summary>
    /// <param name="other">The other column.</param>
    internal string? Difference(CategoryColumn other)
    {
        if (other.SlotCount != SlotCount)
            return $"holds {other.SlotCount} keys a row, not {SlotCount}";
        if (other.KeyCount != KeyCount)
            return $"has {other.KeyCount} different keys, not {KeyCount}";
        if (KeyValues is null || other.KeyValues is null)
            return null;
        for (int i = 0; i < KeyCount; i++)
        {
            if (KeyValues[i] != other.KeyValues[i])
                return $"numbers its values differently: key {i + 1} is '{other.KeyValues[i]}', not '{KeyValues[i]}'";
        }

        return null;
    }
}
