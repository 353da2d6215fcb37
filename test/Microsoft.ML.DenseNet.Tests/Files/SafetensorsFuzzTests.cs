using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Thousands of altered safetensors files: each loads or is refused, in little time and memory.</summary>
[TestClass]
public sealed class SafetensorsFuzzTests
{
    private static readonly int Rounds = FuzzRounds.Of(10_000);

    private const long AllocationLimit = 2 << 20;

    private static readonly Layer Body = Layer.Sequential(Layer.Linear(4), Layer.BatchNorm(), Layer.PReLU(true), Layer.Linear(1));

    private static readonly string[] Tokens =
    [
        "0", "-1", "4", "9223372036854775807", "1e308", "null", "\"\"", "[]", "{}", "[[[[", "}}", ",", ":", "\\\"", "\"F16\"", "\"F64\"", "\"BF16\"", "\"I8\"",
        "\"shape\"", "\"dtype\"", "\"data_offsets\"", "\"__metadata__\"", "\"0.weight\"", "[0,0]", "[1]",
    ];

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    [DataRow(1)]
    [DataRow(2)]
    public void Altered_files_load_or_are_refused(int seed)
    {
        var random = new Random(seed);
        byte[][] files =
        [
            Save(TestNetworks.Create(Body, 3)),
            Save(TestNetworks.Create(3, 2).With(TestNetworks.Named)),
            SafetensorsParts.Write(
            [
                ("0.weight", "F16", [4, 3], new byte[24]), ("0.bias", "BF16", [4], new byte[8]), ("1.weight", "F64", [4], new byte[32]), ("1.bias", "F32", [4], new byte[16]),
                ("1.running_mean", "F16", [4], new byte[8]), ("1.running_var", "F64", [4], new byte[32]), ("2.weight", "BF16", [4], new byte[8]),
                ("3.weight", "F64", [1, 4], new byte[32]), ("3.bias", "F32", [1], new byte[4]),
            ]),
        ];

        int loaded = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] file = [.. files[random.Next(files.Length)]];
            for (int i = random.Next(1, 4); i > 0; i--)
                file = Alter(file, random);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            try
            {
                using var stream = new MemoryStream(file, writable: false);
                if (random.Next(2) == 0)
                    TrainedNetwork.LoadSafetensors(stream);
                else
                    TrainedNetwork.LoadSafetensors(stream, Body, 3, LearningTask.Regression, new SafetensorsOptions { AllowsUnexpected = true });
                loaded++;
            }
            catch (FormatException)
            {
            }

            Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
            Assert.IsLessThan(5.0, Stopwatch.GetElapsedTime(start).TotalSeconds, $"seed {seed}, round {round}");
        }

        // There is no checksum: an altered value is as good as another. But most of these small files is header.
        Assert.IsGreaterThan(Rounds / 50, loaded);
        Assert.IsLessThan(Rounds, loaded);
    }

    private static byte[] Alter(byte[] file, Random random)
    {
        if (file.Length < 9)
            return file;
        int place = random.Next(file.Length);
        switch (random.Next(6))
        {
            case 0:
                file[place] ^= (byte)(1 << random.Next(8));
                return file;
            case 1:
                random.NextBytes(file.AsSpan(random.Next(2) == 0 ? place : random.Next(8), 1));
                return file;
            case 2:
                return file[..place];
            case 3:
                return [.. file, .. new byte[random.Next(1, 9)]];
            default:
                return ReplaceInHeader(file, Tokens[random.Next(Tokens.Length)], random);
        }
    }

    /// <summary>Puts a token in the place of a number or of some letters of the header, and keeps the header's length right.</summary>
    private static byte[] ReplaceInHeader(byte[] file, string token, Random random)
    {
        ulong length = BitConverter.ToUInt64(file);
        if (length == 0 || length > (ulong)file.Length - 8)
            return file;
        int start = 8 + random.Next((int)length), limit = 8 + (int)length;
        while (start < limit && !char.IsAsciiDigit((char)file[start]))
            start++;
        int end = start;
        while (end < limit && char.IsAsciiDigit((char)file[end]))
            end++;
        byte[] altered = [.. file[..start], .. Encoding.ASCII.GetBytes(token), .. file[end..]];
        BitConverter.TryWriteBytes(altered, length + (ulong)token.Length - (ulong)(end - start));
        return altered;
    }

    private static byte[] Save(TrainedNetwork network)
    {
        using var stream = new MemoryStream();
        network.SaveSafetensors(stream);
        return stream.ToArray();
    }
}
