namespace Microsoft.ML.DenseNet;

/// <summary>Numbers the values of a column, or of one slot of a vector, from 0 in the order in which they first occur.</summary>
/// <remarks>Missing values, empty text and key 0, are values as any other.</remarks>
internal sealed class CategoryMap
{
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _numbers = [];

    /// <summary>The number of values.</summary>
    public int Count => _texts.Count + _numbers.Count;

    /// <summary>Returns a value's number, -1 for an unknown one. Any number of threads may call it.</summary>
    public int Find<T>(in T value)
    {
        int index;
        bool isKnown = value is ReadOnlyMemory<char> text
            ? _texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.Span, out index)
            : _numbers.TryGetValue(ToInt64(value), out index);
        return isKnown ? index : -1;
    }

    /// <summary>Returns a value's number, a new one for a value that did not occur before.</summary>
    public int FindOrAdd<T>(in T value)
    {
        int index = Find(value);
        if (index >= 0)
            return index;
        index = Count;
        if (value is ReadOnlyMemory<char> text)
            _texts.Add(text.ToString(), index);
        else
            _numbers.Add(ToInt64(value), index);
        return index;
    }

    /// <summary>Returns all texts, in order of their numbers.</summary>
    public string[] Texts() => InOrder(_texts);

    /// <summary>Returns all other values, in order of their numbers.</summary>
    public long[] Numbers() => InOrder(_numbers);

    /// <summary>Returns a value as a number that no other value of its type has.</summary>
    public static long ToInt64<T>(T value) => value switch
    {
        bool flag => flag ? 1 : 0,
        sbyte number => number,
        byte number => number,
        short number => number,
        ushort number => number,
        int number => number,
        uint number => number,
        long number => number,
        ulong number => unchecked((long)number),
        _ => throw new NotSupportedException($"A value of type {typeof(T)} is no category."),
    };

    private static TKey[] InOrder<TKey>(Dictionary<TKey, int> numbers)
        where TKey : notnull
    {
        var ordered = new TKey[numbers.Count];
        foreach (var (value, index) in numbers)
            ordered[index] = value;
        return ordered;
    }
}
