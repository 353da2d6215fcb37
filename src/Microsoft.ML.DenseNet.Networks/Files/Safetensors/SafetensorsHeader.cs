using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.DenseNet;

/// <summary>
/// The beginning of a safetensors file: the length of the JSON in eight little-endian bytes, then the JSON with every tensor's type,
/// shape and place. The bytes of all tensors follow, without gaps.
/// </summary>
/// <remarks>Files are untrusted: a size is compared with the file's length before memory is allocated for it, and nothing may overlap.</remarks>
internal sealed class SafetensorsHeader
{
    public const string MetadataName = "__metadata__";

    /// <summary>The longest JSON accepted. It holds a network's header as a string, with its quotes escaped.</summary>
    public const int MaximumLength = 64 << 20;

    public const int MaximumTensors = 65_536;

    private const int MaximumDimensions = 32;

    // An object of tensors, each with an array for its shape.
    private const int MaximumDepth = 3;

    private const int MaximumTokens = (MaximumTensors * 16) + 65_536;

    private readonly Dictionary<string, SafetensorsEntry> _tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader()
    {
    }

    public IReadOnlyDictionary<string, SafetensorsEntry> Tensors => _tensors;

    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>The exception for every safetensors file that cannot be read.</summary>
    public static FormatException Damaged(string detail) =>
        new($"The safetensors file is damaged: {detail}. Copy the file again from where it was saved, or save it again.");

    /// <summary>Reads the header of a file that extends from the stream's position to its end, and leaves the stream at the first tensor.</summary>
    /// <exception cref="FormatException">It is not the header of a complete safetensors file.</exception>
    public static SafetensorsHeader Read(Stream stream)
    {
        var kind = FileKinds.Of(stream);
        if (kind is FileKind.Pickle or FileKind.Zip)
            throw new FormatException(kind == FileKind.Pickle ? FileKinds.PyTorchMessage : FileKinds.ZipMessage);

        long length = stream.Length - stream.Position;
        if (length < sizeof(ulong))
            throw Damaged($"it ends after {length} bytes");
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        stream.ReadExactly(prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > (ulong)(length - sizeof(ulong)))
            throw Damaged($"its header of {headerLength} bytes does not fit into its {length}");
        if (headerLength > MaximumLength)
            throw Damaged($"its header has {headerLength:N0} bytes; at most {MaximumLength:N0} are accepted");

        byte[] text = new byte[(int)headerLength];
        stream.ReadExactly(text);
        if (text is not [(byte)'{', ..])
            throw Damaged("its header does not begin as JSON");
        var header = new SafetensorsHeader();
        try
        {
            using var document = BoundedJson.Parse(text, MaximumDepth, MaximumTokens) ?? throw Damaged($"its header has more than {MaximumTokens:N0} tokens");
            header.Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged("its header is not valid JSON, or names a tensor twice");
        }

        header.CheckPlaces(length - sizeof(ulong) - text.Length);
        return header;
    }

    /// <summary>Returns the bytes of one number; null for an unknown type.</summary>
    public static int? SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "I16" or "U16" or "F16" or "BF16" => 2,
        "I32" or "U32" or "F32" => 4,
        "I64" or "U64" or "F64" => 8,
        _ => null,
    };

    private void Read(JsonElement root)
    {
        foreach (var property in root.EnumerateObject())
        {
            if (property.Name == MetadataName)
                ReadMetadata(property.Value);
            else if (_tensors.Count == MaximumTensors)
                throw Damaged($"it has more than {MaximumTensors:N0} tensors");
            else
                _tensors.Add(property.Name, ReadTensor(property.Name, property.Value));
        }
    }

    private void ReadMetadata(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            throw Damaged($"its '{MetadataName}' is not an object");
        foreach (var property in element.EnumerateObject())
        {
            _metadata.Add(property.Name, property.Value.ValueKind == JsonValueKind.String
                ? property.Value.GetString()!
                : throw Damaged($"its metadata '{NetworkFile.Excerpt(property.Name)}' is not a text"));
        }
    }

    private static SafetensorsEntry ReadTensor(string name, JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object || element.GetPropertyCount() != 3
            || !element.TryGetProperty("dtype", out var type) || type.ValueKind != JsonValueKind.String
            || !element.TryGetProperty("shape", out var shape) || Numbers(shape) is not { } sizes
            || !element.TryGetProperty("data_offsets", out var offsets) || Numbers(offsets) is not [var begin, var end])
        {
            throw Damaged($"its tensor '{NetworkFile.Excerpt(name)}' has not just dtype, shape and data_offsets");
        }

        var entry = new SafetensorsEntry(name, type.GetString()!, sizes, begin, end);
        if (begin > end)
            throw Damaged($"its tensor {entry} goes from byte {begin} to {end}");
        if (SizeOf(entry.Type) is { } size && Length(sizes, size) != end - begin)
            throw Damaged($"its tensor {entry} has {end - begin} bytes, which are not those of its shape");
        return entry;
    }

    /// <summary>Reads integers of at least 0; null if the element is something else or has too many of them.</summary>
    private static long[]? Numbers(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > MaximumDimensions)
            return null;
        long[] numbers = new long[array.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetInt64(out numbers[i]) || numbers[i] < 0)
                return null;
        }

        return numbers;
    }

    /// <summary>Returns the bytes that a shape takes; -1 if they are more than any file has.</summary>
    private static long Length(long[] shape, int size)
    {
        if (shape.Contains(0))
            return 0;
        var product = (UInt128)size;
        foreach (long count in shape)
        {
            product *= (UInt128)count;
            if (product > long.MaxValue)
                return -1;
        }

        return (long)product;
    }

    /// <summary>Checks that the tensors follow one another without gaps and fill the file.</summary>
    private void CheckPlaces(long length)
    {
        long place = 0;
        foreach (var entry in _tensors.Values.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != place)
                throw Damaged($"its tensor {entry} begins at byte {entry.Begin} where the one before ends at {place}");
            place = entry.End;
        }

        if (place != length)
            throw Damaged($"its tensors have {place} bytes, the file has {length} for them");
    }
}
