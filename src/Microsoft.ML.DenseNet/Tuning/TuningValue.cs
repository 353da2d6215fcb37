using System.Globalization;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>A value of a <see cref="TuningParameter"/> as text and in JSON.</summary>
internal static class TuningValue
{
    /// <summary>The value as it is shown: a text in quotes, a number with all its digits.</summary>
    public static string ToText(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value} ({value.GetType().Name})",
    };

    /// <summary>Writes the value under a name.</summary>
    public static void Write(Utf8JsonWriter json, string name, object value)
    {
        switch (value)
        {
            case bool truth:
                json.WriteBoolean(name, truth);
                break;
            case int whole:
                json.WriteNumber(name, whole);
                break;
            case double number:
                json.WriteNumber(name, number);
                break;
            default:
                json.WriteString(name, (string)value);
                break;
        }
    }

    /// <summary>Reads a value of a parameter; null if the parameter cannot have it.</summary>
    public static object? Read(JsonElement element, TuningParameter parameter)
    {
        object? value = parameter.Kind == TuningParameterKind.Choice
            ? parameter.Choices.FirstOrDefault(choice => Equals(choice, element))
            : element.ValueKind == JsonValueKind.Number ? ReadNumber(element, parameter) : null;
        return value;
    }

    private static object? ReadNumber(JsonElement element, TuningParameter parameter)
    {
        if (parameter.Kind is TuningParameterKind.Uniform or TuningParameterKind.LogUniform)
            return element.TryGetDouble(out double number) ? number : null;
        return element.TryGetInt32(out int whole) ? whole : null;
    }

    private static bool Equals(object choice, JsonElement element) => choice switch
    {
        string text => element.ValueKind == JsonValueKind.String && element.GetString() == text,
        bool truth => element.ValueKind == (truth ? JsonValueKind.True : JsonValueKind.False),
        int whole => element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int found) && found == whole,
        double number => element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out double found) && found == number,
        _ => false,
    };
}
