using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>The types whose values are categories, and the code that a saved encoding has for each.</summary>
internal static class CategoryType
{
    /// <summary>What an error message says of a column of another type.</summary>
    public const string Expected =
        "text, a key, a Boolean or an integer, or a vector of a known number of them (MapValueToKey makes keys of other values, Concatenate gives a vector its size)";

    private const byte KeyFlag = 0x80;

    // A type's place is its code in saved models: append only.
    private static readonly PrimitiveDataViewType[] Types =
    [
        TextDataViewType.Instance,
        BooleanDataViewType.Instance,
        NumberDataViewType.SByte,
        NumberDataViewType.Byte,
        NumberDataViewType.Int16,
        NumberDataViewType.UInt16,
        NumberDataViewType.Int32,
        NumberDataViewType.UInt32,
        NumberDataViewType.Int64,
        NumberDataViewType.UInt64,
    ];

    /// <summary>Returns a column's type without its vector, and its slots, 0 for a scalar; null if its values are not categories.</summary>
    public static (PrimitiveDataViewType Item, int Slots)? Of(DataViewType type) => type switch
    {
        VectorDataViewType { Size: > 0, ItemType: var item } vector when IsCategory(item) => (item, vector.Size),
        PrimitiveDataViewType item when IsCategory(item) => (item, 0),
        _ => null,
    };

    /// <summary>Whether values of the type are categories.</summary>
    public static bool IsCategory(DataViewType item) => item is KeyDataViewType || Types.Contains(item);

    public static void Save(BinaryWriter writer, PrimitiveDataViewType type)
    {
        if (type is KeyDataViewType key)
        {
            writer.Write((byte)(KeyFlag | Array.FindIndex(Types, other => other.RawType == key.RawType)));
            writer.Write(key.Count);
        }
        else
        {
            writer.Write((byte)Array.IndexOf(Types, type));
        }
    }

    public static PrimitiveDataViewType Load(BinaryReader reader)
    {
        byte code = reader.ReadByte();
        int index = code & ~KeyFlag;
        if (index >= Types.Length)
            throw EncodingFile.Damaged($"type {code} is unknown");
        if (code == index)
            return Types[index];
        ulong count = reader.ReadUInt64();
        var raw = Types[index].RawType;
        if (!KeyDataViewType.IsValidDataType(raw) || count == 0 || count > MaximumKeys(raw))
            throw EncodingFile.Damaged($"a key of {raw.Name} with {count} values is impossible");
        return new KeyDataViewType(raw, count);
    }

    private static ulong MaximumKeys(Type raw) => Type.GetTypeCode(raw) switch
    {
        TypeCode.Byte => byte.MaxValue,
        TypeCode.UInt16 => ushort.MaxValue,
        TypeCode.UInt32 => uint.MaxValue,
        _ => ulong.MaxValue,
    };
}
