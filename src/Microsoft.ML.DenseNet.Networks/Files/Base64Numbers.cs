using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>Numbers in the header of a model file, as little-endian bytes in base 64.</summary>
internal static class Base64Numbers
{
    /// <summary>Writes numbers as a field.</summary>
    public static void Write(string name, ReadOnlySpan<float> values, Utf8JsonWriter json) => Write(name, MemoryMarshal.Cast<float, int>(values), json); // their bits

    /// <inheritdoc cref="Write(string, ReadOnlySpan{float}, Utf8JsonWriter)"/>
    public static void Write(string name, ReadOnlySpan<int> values, Utf8JsonWriter json)
    {
        byte[] bytes = new byte[sizeof(int) * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), values[i]);
        json.WriteBase64String(name, bytes);
    }

    /// <summary>Reads a field.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="element">Its value.</param>
    /// <param name="owner">How messages refer to what has the field.</param>
    /// <exception cref="FormatException">It is not numbers of four bytes in base 64.</exception>
    public static float[] Floats(string name, JsonElement element, string owner) => MemoryMarshal.Cast<int, float>(Integers(name, element, owner)).ToArray();

    /// <inheritdoc cref="Floats"/>
    public static int[] Integers(string name, JsonElement element, string owner)
    {
        if (element.ValueKind != JsonValueKind.String || !element.TryGetBytesFromBase64(out byte[]? bytes) || bytes.Length % sizeof(int) != 0)
            throw NetworkFile.Damaged($"{owner}'s field '{name}' is not numbers in base 64");
        int[] values = new int[bytes.Length / sizeof(int)];
        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(sizeof(int) * i));
        return values;
    }
}
