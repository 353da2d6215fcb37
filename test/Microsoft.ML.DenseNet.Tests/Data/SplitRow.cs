using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>A row whose number is its label, with its group and its time in every type that may hold them.</summary>
internal sealed class SplitRow
{
    public static readonly DateTime FirstDay = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [VectorType(1)]
    public float[] Features { get; set; } = [0];

    public float Label { get; set; }

    public string Text { get; set; } = "";

    public bool Flag { get; set; }

    public float Single { get; set; }

    public double Double { get; set; }

    public sbyte SByte { get; set; }

    public short Int16 { get; set; }

    public int Int32 { get; set; }

    public long Int64 { get; set; }

    public byte Byte { get; set; }

    public ushort UInt16 { get; set; }

    public uint UInt32 { get; set; }

    public ulong UInt64 { get; set; }

    public DateTime Moment { get; set; }

    public DateTimeOffset Zoned { get; set; }

    public TimeSpan Duration { get; set; }

    /// <summary>The year of 10, the month of 3 and the day: the number in base 10, 3, 3.</summary>
    [VectorType(3)]
    public float[] Parts { get; set; } = [];

    /// <summary>The number in all types.</summary>
    /// <param name="row">The row's number.</param>
    /// <param name="number">Its group or time, from -60 to 60.</param>
    public static SplitRow Of(int row, int number) => new()
    {
        Label = row,
        Text = $"group {number}",
        Flag = number > 0,
        Single = number / 8f,
        Double = number / 8.0,
        SByte = (sbyte)number,
        Int16 = (short)number,
        Int32 = number * 1000,
        Int64 = number * 1_000_000_000_000L,
        Byte = (byte)(number + 100),
        UInt16 = (ushort)(number + 1000),
        UInt32 = (uint)(number + 1000),
        UInt64 = (ulong)(number + 1000),
        Moment = FirstDay.AddDays(number),
        Zoned = new DateTimeOffset(FirstDay.AddDays(number), TimeSpan.Zero).ToOffset(TimeSpan.FromHours(Math.Abs(number) % 12)),
        Duration = TimeSpan.FromDays(number),
        Parts = [(number + 60) / 9, (number + 60) / 3 % 3, (number + 60) % 3],
    };
}
