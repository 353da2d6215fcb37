using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Microsoft.ML.DenseNet;

/// <summary>The state of a torch random generator. TorchSharp makes them for the CPU only.</summary>
internal static class RandomState
{
    /// <summary>The number of words in torch's CPU generator, a Mersenne twister.</summary>
    private const int Words = 624;

    public static void Save(ValueWriter writer, Generator generator)
    {
        using var scope = NewDisposeScope();
        writer.WriteBlob(Bytes(generator));
    }

    /// <exception cref="FormatException">The state is not one of such a generator.</exception>
    public static void Load(ValueReader reader, Generator generator)
    {
        using var scope = NewDisposeScope();
        byte[] state = reader.ReadBlob();

        // Torch ends the process if it does not accept the state.
        if (state.Length != Bytes(generator).Length || !IsTwister(state))
            throw reader.Damaged("torch does not know its random state");
        generator.set_state(tensor(state, ScalarType.Byte));
    }

    private static byte[] Bytes(Generator generator) => generator.get_state().data<byte>().ToArray();

    /// <summary>
    /// Checks what torch requires of a state: seed (8 bytes), words left (4), whether it is seeded (4), the next word (8), the words.
    /// Torch does not check that the words left are there: it would read past the last one.
    /// </summary>
    private static bool IsTwister(ReadOnlySpan<byte> state) =>
        state.Length > 24
        && BinaryPrimitives.ReadInt32LittleEndian(state[8..]) is > 0 and <= Words and var left
        && BinaryPrimitives.ReadInt32LittleEndian(state[12..]) == 1
        && BinaryPrimitives.ReadUInt64LittleEndian(state[16..]) <= (ulong)(Words + 1 - left);
}
