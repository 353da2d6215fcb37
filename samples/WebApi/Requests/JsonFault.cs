using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace WebApi.Requests;

/// <summary>Says in the client's terms why a body could not be read, and in which field.</summary>
/// <param name="Field">The field, for example <c>rows[3].horsepower</c>; "body" for all of it.</param>
/// <param name="Message">What is wrong.</param>
internal readonly record struct JsonFault(string Field, string Message)
{
    /// <summary>Explains an exception of the deserializer.</summary>
    /// <param name="failure">The exception; its path leads to the field.</param>
    /// <param name="body">The type of the body.</param>
    public static JsonFault Of(JsonException failure, JsonTypeInfo body)
    {
        // The JSON reader found the fault: this is not JSON. Its exceptions have no public type, but are the inner ones.
        if (failure.InnerException is JsonException)
            return new JsonFault("body", $"This is not valid JSON: line {failure.LineNumber + 1}, byte {failure.BytePositionInLine + 1}.");

        string path = failure.Path is null or "$" ? "" : failure.Path.TrimStart('$').TrimStart('.');
        return path.Length == 0 ? new JsonFault("body", Expected(body.Type)) : new JsonFault(path, Explain(path, body));
    }

    /// <summary>Follows the path through the types.</summary>
    private static string Explain(string path, JsonTypeInfo type)
    {
        foreach (string step in path.Split('.'))
        {
            string name = step.Split('[')[0];
            var property = type.Properties.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                return $"There is no such field; the fields are {string.Join(", ", type.Properties.Select(known => known.Name))}.";
            bool isElement = step.Contains('[');
            type = type.Options.GetTypeInfo(isElement ? property.PropertyType.GetElementType() ?? property.PropertyType : property.PropertyType);
        }

        return Expected(type.Type);
    }

    private static string Expected(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        string kind = plain == typeof(string) ? "text" : plain.IsPrimitive ? "a number" : plain.IsArray ? "an array" : "an object";
        return $"This must be {kind}.";
    }
}
