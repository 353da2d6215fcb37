using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes lists of numbers, which <see cref="JsonFields.Numbers(string, int)"/> reads.</summary>
internal static class JsonLists
{
    /// <summary>Writes a field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="numbers">The list.</param>
    /// <param name="write">The method of <paramref name="json"/> that writes such a number.</param>
    /// <param name="json">The writer.</param>
    public static void WriteNumbers<T>(string name, IEnumerable<T> numbers, Action<T> write, Utf8JsonWriter json)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
            write(number);
        json.WriteEndArray();
    }
}
