using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet;

/// <summary>Writes and reads the tables of an encoding. Lengths in a file are not trusted: memory grows with what is there to be read.</summary>
internal static class EncodingFile
{
    /// <summary>The entry of the model that holds it.</summary>
    public const string Entry = "Encoding";

    private const int ChunkOfText = 4096;

    public static void Save(BinaryWriter writer, (string Output, string Input)[] pairs, EncodedColumn[] columns)
    {
        writer.Write(columns.Length);
        foreach (var (pair, column) in pairs.Zip(columns))
        {
            Write(writer, pair.Output);
            Write(writer, pair.Input);
            Save(writer, column);
        }
    }

    /// <exception cref="FormatException">The file is damaged.</exception>
    public static (string Output, string Input, EncodedColumn Column)[] Load(BinaryReader reader)
    {
        try
        {
            var columns = Many(Count(reader), () => (ReadText(reader), ReadText(reader), LoadColumn(reader)));
            if (columns.Any(column => column.Item1.Length == 0 || column.Item2.Length == 0))
                throw Damaged("a column has no name");
            return columns.Select(column => column.Item1).Distinct().Count() == columns.Length ? columns : throw Damaged("two columns have one name");
        }
        catch (EndOfStreamException e)
        {
            throw Damaged("it ends too early", e);
        }
    }

    public static FormatException Damaged(string what, Exception? cause = null) =>
        new($"The encoding in the model file is damaged: {what}. Save the model again, or restore the file.", cause);

    private static void Save(BinaryWriter writer, EncodedColumn column)
    {
        CategoryType.Save(writer, column.ItemType);
        writer.Write(column.Size);
        writer.Write(column.Names?.Length ?? 0);
        foreach (string name in column.Names ?? [])
            Write(writer, name);
        Write(writer, column.Unseen);
        for (int slot = 0; slot < column.Maps.Length; slot++)
        {
            writer.Write(column.Maps[slot].Count);
            foreach (string text in column.Maps[slot].Texts())
                Write(writer, text);
            foreach (long number in column.Maps[slot].Numbers())
                writer.Write(number);
            Write(writer, column.Values[slot]);
        }
    }

    private static EncodedColumn LoadColumn(BinaryReader reader)
    {
        var type = CategoryType.Load(reader);
        int size = Count(reader, minimum: 0);
        int names = Count(reader, minimum: 0);
        string[]? named = names == 0 ? null : Many(names, () => ReadText(reader));
        float[] unseen = Many(Math.Max(1, names), () => ReadNumber(reader));
        var slots = Many(Math.Max(1, size), () => LoadSlot(reader, type, unseen.Length));
        return new EncodedColumn(type, size, [.. slots.Select(slot => slot.Map)], [.. slots.Select(slot => slot.Values)], unseen, named);
    }

    private static (CategoryMap Map, float[] Values) LoadSlot(BinaryReader reader, DataViewType type, int width)
    {
        var map = new CategoryMap();
        int count = Count(reader);
        for (int i = 0; i < count; i++)
        {
            int index = type is TextDataViewType ? map.FindOrAdd(ReadText(reader).AsMemory()) : map.FindOrAdd(reader.ReadInt64());
            if (index != i)
                throw Damaged("a value occurs twice");
        }

        return (map, [.. Many(count, () => Many(width, () => ReadNumber(reader))).SelectMany(numbers => numbers)]);
    }

    private static T[] Many<T>(int count, Func<T> read)
    {
        // Not an array of the length that the file states, which may be any.
        var items = new List<T>();
        for (int i = 0; i < count; i++)
            items.Add(read());
        return [.. items];
    }

    private static int Count(BinaryReader reader, int minimum = 1)
    {
        int count = reader.ReadInt32();
        return count >= minimum ? count : throw Damaged($"a count is {count}");
    }

    private static float ReadNumber(BinaryReader reader)
    {
        float number = reader.ReadSingle();
        return float.IsFinite(number) ? number : throw Damaged($"a number is {number}");
    }

    // UTF-16, because UTF-8 would turn different halves of surrogate pairs into the same text.
    private static void Write(BinaryWriter writer, string text)
    {
        writer.Write(text.Length);
        writer.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    private static string ReadText(BinaryReader reader)
    {
        int length = Count(reader, minimum: 0);
        var text = new StringBuilder();
        while (text.Length < length)
        {
            byte[] bytes = reader.ReadBytes(sizeof(char) * Math.Min(length - text.Length, ChunkOfText));
            if (bytes.Length < sizeof(char))
                throw new EndOfStreamException();
            text.Append(MemoryMarshal.Cast<byte, char>(bytes));
        }

        return text.ToString();
    }

    private static void Write(BinaryWriter writer, float[] numbers)
    {
        foreach (float number in numbers)
            writer.Write(number);
    }
}
