using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>Where a random generator of torch's is.</summary>
internal static class RandomState
{
    /// <summary>The words of torch's generator on the CPU, a Mersenne twister.</summary>
    private const int Words = 624;

    public static void Save(ValueWriter writer, Generator generator)
    {
        using var scope = NewDisposeScope();
        writer.WriteBlob(Bytes(generator));
    }

    /// <exception cref="FormatException">It is not the state of such a generator.</exception>
    public static void Load(ValueReader reader, Generator generator)
    {
        using var scope = NewDisposeScope();
        byte[] state = reader.ReadBlob();

        // Torch ends the process when it gets a state that it does not accept.
        if (state.Length != Bytes(generator).Length || (generator.device.type == TorchSharp.DeviceType.CPU && !IsTwister(state)))
            throw reader.Damaged("torch does not know its random state");
        generator.set_state(tensor(state, ScalarType.Byte));
    }

    private static byte[] Bytes(Generator generator) => generator.get_state().data<byte>().ToArray();

    /// <summary>
    /// What torch asks of a state: seed (8 bytes), words left (4), whether it is seeded (4), the next word (8), the words. Torch does not
    /// ask whether the words left are there: it would read beyond the last one.
    /// </summary>
    private static bool IsTwister(ReadOnlySpan<byte> state) =>
        state.Length > 24
        && BinaryPrimitives.ReadInt32LittleEndian(state[8..]) is > 0 and <= Words and var left
        && BinaryPrimitives.ReadInt32LittleEndian(state[12..]) == 1
        && BinaryPrimitives.ReadUInt64LittleEndian(state[16..]) <= (ulong)(Words + 1 - left);
}
