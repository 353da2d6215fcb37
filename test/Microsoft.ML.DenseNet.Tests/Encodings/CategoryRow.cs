using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row with a column of every type that categories have.</summary>
internal sealed class CategoryRow
{
    public string City { get; set; } = "";

    [KeyType(4)]
    public uint Key { get; set; }

    public bool Flag { get; set; }

    public sbyte SByte { get; set; }

    public byte Byte { get; set; }

    public short Int16 { get; set; }

    public ushort UInt16 { get; set; }

    public int Int32 { get; set; }

    public uint UInt32 { get; set; }

    public long Int64 { get; set; }

    public ulong UInt64 { get; set; }

    [VectorType(3)]
    public string[] Texts { get; set; } = ["", "", ""];

    [VectorType(2)]
    public int[] Numbers { get; set; } = [0, 0];

    public string Group { get; set; } = "";

    public float Amount { get; set; }

    public bool Label { get; set; }

    [KeyType(3)]
    public uint Class { get; set; }

    /// <summary>Rows with few values, extreme ones among them. Every value depends on the others' generator only.</summary>
    public static CategoryRow[] Create(int rows, int seed = 1)
    {
        var random = new Random(seed);
        string[] cities = ["Bonn", "", "Köln", "bonn", "\u03A9", "Ulm"];
        return [.. Enumerable.Range(0, rows).Select(_ => new CategoryRow
        {
            City = cities[random.Next(cities.Length)],
            Key = (uint)random.Next(4),
            Flag = random.Next(3) == 0,
            SByte = (sbyte)random.Next(-2, 2),
            Byte = (byte)random.Next(250, 256),
            Int16 = (short)random.Next(-3, 3),
            UInt16 = (ushort)random.Next(65_530, 65_536),
            Int32 = random.Next(3) == 0 ? int.MinValue : random.Next(3),
            UInt32 = random.Next(3) == 0 ? uint.MaxValue : (uint)random.Next(3),
            Int64 = random.Next(3) == 0 ? long.MinValue : random.Next(-2, 3),
            UInt64 = random.Next(3) == 0 ? ulong.MaxValue : (ulong)random.Next(3),
            Texts = [cities[random.Next(2)], cities[random.Next(6)], "always"],
            Numbers = [random.Next(2), random.Next(5)],
            Group = $"g{random.Next(12)}",
            Amount = random.Next(1, 100),
            Label = random.Next(3) == 0,
            Class = (uint)random.Next(3),
        })];
    }
}
