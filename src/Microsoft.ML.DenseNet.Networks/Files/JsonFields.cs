using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// Reads one JSON object strictly: every field must be present with the right type, and none may be left over. The parser has
/// already rejected duplicate names.
/// </summary>
internal ref struct JsonFields
{
    private readonly string _owner;
    private readonly SealedFile _file;
    private JsonElement _element;
    private int _taken;

    /// <param name="element">The object.</param>
    /// <param name="owner">How messages refer to it.</param>
    /// <param name="file">The file it comes from; null for a model file.</param>
    public JsonFields(JsonElement element, string owner, SealedFile? file = null)
    {
        _file = file ?? NetworkFile.Format;
        if (element.ValueKind != JsonValueKind.Object)
            throw _file.Damaged($"{owner} is not a JSON object");
        _element = element;
        _owner = owner;
    }

    public JsonElement Take(string name)
    {
        if (!_element.TryGetProperty(name, out var value))
            throw _file.Damaged($"{_owner} has no field '{name}'");
        _taken++;
        return value;
    }

    public bool TryTake(string name, out JsonElement value)
    {
        bool found = _element.TryGetProperty(name, out value);
        if (found)
            _taken++;
        return found;
    }

    public JsonElement Array(string name)
    {
        var value = Take(name);
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(name, "an array");
        return value;
    }

    /// <summary>Reads a list of numbers.</summary>
    /// <param name="name">The field.</param>
    /// <param name="most">The maximum number of them.</param>
    public double[] Numbers(string name, int most) => Numbers(name, Take(name), most);

    /// <summary>Like <see cref="Numbers(string, int)"/>; null if the field is missing.</summary>
    public double[]? OptionalNumbers(string name, int most) => TryTake(name, out var value) ? Numbers(name, value, most) : null;

    public string String(string name) => String(name, Take(name));

    /// <summary>Like <see cref="String(string)"/>; null if the field is missing.</summary>
    public string? OptionalString(string name) => TryTake(name, out var value) ? String(name, value) : null;

    public bool Boolean(string name) => Take(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "true or false"),
    };

    public int Int32(string name) => Int32(name, Take(name));

    /// <summary>Like <see cref="Int32(string)"/>; null if the field is missing.</summary>
    public int? OptionalInt32(string name) => TryTake(name, out var value) ? Int32(name, value) : null;

    public float Single(string name)
    {
        var value = Take(name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetSingle(out float number) && float.IsFinite(number)
            ? number
            : throw Wrong(name, "a number in single precision");
    }

    /// <summary>Reads a number, or null for a value that was not finite.</summary>
    public double Double(string name) => Double(name, Take(name));

    /// <summary>Like <see cref="Double(string)"/>; null if the field is missing.</summary>
    public double? OptionalDouble(string name) => TryTake(name, out var value) ? Double(name, value) : null;

    public TEnum Enum<TEnum>(string name)
        where TEnum : struct, Enum => Enum<TEnum>(name, Take(name));

    /// <summary>Like <see cref="Enum{TEnum}(string)"/>; null if the field is missing.</summary>
    public TEnum? OptionalEnum<TEnum>(string name)
        where TEnum : struct, Enum => TryTake(name, out var value) ? Enum<TEnum>(name, value) : null;

    /// <summary>Call after the last field: anything not taken is unknown.</summary>
    public readonly void Done()
    {
        if (_element.GetPropertyCount() != _taken)
            throw _file.Damaged($"{_owner} has fields that this format version does not know");
    }

    private readonly double[] Numbers(string name, JsonElement value, int most)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(name, "an array");
        if (value.GetArrayLength() > most)
            throw _file.Damaged($"{_owner}'s field '{name}' has {value.GetArrayLength()} numbers; at most {most} are accepted");
        double[] numbers = new double[value.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (value[i].ValueKind != JsonValueKind.Number || !value[i].TryGetDouble(out numbers[i]))
                throw _file.Damaged($"{_owner}'s field '{name}' holds something else than numbers");
        }

        return numbers;
    }

    private readonly string String(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "a text");

    private readonly TEnum Enum<TEnum>(string name, JsonElement value)
        where TEnum : struct, Enum
    {
        string text = String(name, value);
        foreach (var known in System.Enum.GetValues<TEnum>())
        {
            if (known.ToString() == text)
                return known;
        }

        throw Wrong(name, $"one of {string.Join(", ", System.Enum.GetNames<TEnum>())}");
    }

    private readonly int Int32(string name, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : throw Wrong(name, "a whole number");

    private readonly double Double(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.Number when value.TryGetDouble(out double number) && double.IsFinite(number) => number,
        _ => throw Wrong(name, "a number or null"),
    };

    private readonly FormatException Wrong(string name, string expected) => _file.Damaged($"{_owner}'s field '{name}' is not {expected}");
}
