using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Thousands of altered files: each loads or is refused as damaged, in little time and memory.</summary>
[TestClass]
public sealed class NetworkFileFuzzTests
{
    private static readonly int Rounds = FuzzRounds.Of(20_000);

    // Far above what a file of some kilobytes needs, far below what a size out of it could ask for.
    private const long AllocationLimit = 2 << 20;

    // A prediction's room is bounded by what the file pays for and a fixed width, of which the array pool may take the double.
    private const long PredictionLimit = 12 << 20;

    private const int Rows = 7;

    private static readonly string[] Tokens =
    [
        "0", "-1", "1", "2147483647", "-2147483648", "4294967296", "1e308", "-1e-320", "1e999", "null", "true", "\"\"", "[]", "{}", "[[[[", "}}}}", ",", ":", "\\u0000",
        "\"type\"", "\"network\"", "\"Sequential\"", "\"Linear\"", "\"units\"", "\"layers\"", "16777216", "65536",
        "\"task\"", "\"Regression\"", "\"classNames\"", "\"featureNames\"", "\"categoryColumns\"", "\"keys\"", "\"slots\"", "\"values\"",
        "\"background\"", "\"weights\"", "\"starts\"", "\"AAAAAA==\"", "\"AACAPwAAgD8=\"", "\"intervals\"", "\"quantiles\"", "\"predictionSets\"", "0.9",
    ];

    [TestMethod]
    [TestCategory(FuzzRounds.Category)]
    [DataRow(1, false)]
    [DataRow(2, true)]
    [DataRow(3, true)]
    public void Altered_files_load_or_are_refused(int seed, bool resign)
    {
        var random = new Random(seed);
        byte[][] files =
        [
            ModelFileBuilder.Save(TestNetworks.Create(5, 3)),
            ModelFileBuilder.Save(TestNetworks.Create(3, 2).With(TestNetworks.Named)),
            ModelFileBuilder.Save(TestNetworks.Create(6, 1).With(TestNetworks.WithCategories)),
            ModelFileBuilder.Save(TestNetworks.Create(3, 1).WithBackground(new BackgroundRows([1, 2, 3, 4, 5, 6], 3, [1, 2]))),
            ModelFileBuilder.Save(TestNetworks.Create(3, 1).WithBackground(new BackgroundRows([0, 2, 0, 0, 0, 0], 3))),
            ModelFileBuilder.Save(TestNetworks.Create(Layer.Sequential(Layer.Linear(4), Layer.BatchNorm(), Layer.PReLU(true), Layer.LayerNorm(), Layer.HardTanh(), new DestandardizeLayer()), 3)),
            ModelFileBuilder.Save(TestNetworks.Create(TestNetworks.EveryLayer, TestNetworks.EveryLayerInputs)),

            .. UncertainNetworks.All.Select(ModelFileBuilder.Save),

            // No values, so that widths may change without a count that contradicts them.
            ModelFileBuilder.Save(TestNetworks.Create(
                Layer.Sequential(new RepeatLayer(8), new RepeatLayer(16), Layer.Residual(Layer.Sequential(Layer.Tanh, Layer.Residual(Layer.Tanh))), Layer.Concat(Layer.ReLU, Layer.Identity), Layer.Select(new SlotRange(0, 1))), 3)),
            new ModelFileBuilder().ToArray(),
        ];

        int loaded = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] file = files[random.Next(files.Length)];
            for (int i = random.Next(1, 4); i > 0; i--)
                file = Alter(file, random);
            if (resign)
                ModelFileBuilder.Resign(file);

            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            if (Load(file) is { } network)
            {
                loaded++;
                Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
                if (network.Layout.InputWidth <= 1 << 16)
                    Predict(network, $"seed {seed}, round {round}");
            }
            else
            {
                Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
            }

            Assert.IsLessThan(5.0, Stopwatch.GetElapsedTime(start).TotalSeconds, $"seed {seed}, round {round}");
        }

        // An altered value is as good as another, once the checksum is made to fit.
        Assert.AreEqual(resign, loaded > Rounds / 20, $"{loaded} loaded");
    }

    private static TrainedNetwork? Load(byte[] file)
    {
        try
        {
            return ModelFileBuilder.Load(file);
        }
        catch (FormatException refusal)
        {
            StringAssert.StartsWith(refusal.GetBaseException().Message, "The DenseNet model");
            return null;
        }
    }

    /// <summary>Alone, sparse and in a block. The caller's own arrays do not count.</summary>
    private static void Predict(TrainedNetwork network, string message)
    {
        float[] rows = new float[Rows * network.Layout.InputWidth];
        float[] outputs = new float[Rows * network.Layout.OutputWidth];
        long before = GC.GetAllocatedBytesForCurrentThread();
        network.ComputeOutputs(rows.AsSpan(0, network.Layout.InputWidth), outputs.AsSpan(0, network.Layout.OutputWidth));
        network.ComputeOutputsChecked([0], [1f], outputs.AsSpan(0, network.Layout.OutputWidth));
        network.ComputeOutputBlock(rows, Rows, outputs);
        Assert.IsLessThan(PredictionLimit, GC.GetAllocatedBytesForCurrentThread() - before, message);
    }

    private static byte[] Alter(byte[] file, Random random)
    {
        if (file.Length == 0)
            return file;

        int place = random.Next(file.Length);
        int length = Math.Min(random.Next(1, 40), file.Length - place);
        byte[] altered = [.. file];
        switch (random.Next(7))
        {
            case 0:
                altered[place] ^= (byte)(1 << random.Next(8));
                return altered;
            case 1:
                random.NextBytes(altered.AsSpan(place, Math.Min(length, 4)));
                return altered;
            case 2:
                return [.. file[..place], .. file[(place + length)..]];
            case 3:
                return [.. file[..place], .. file[place..(place + length)], .. file[place..]];
            case 4:
                return Overwrite(file, place, Tokens[random.Next(Tokens.Length)]);
            case 5:
                return ReplaceNumber(file, place, Tokens[random.Next(Tokens.Length)]);
            default:
                return file[..place];
        }
    }

    private static byte[] Overwrite(byte[] file, int place, string text)
    {
        byte[] altered = [.. file];
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        bytes.AsSpan(0, Math.Min(bytes.Length, altered.Length - place)).CopyTo(altered.AsSpan(place));
        return altered;
    }

    /// <summary>Puts a token in the place of the next number of the header, and keeps the header's length right.</summary>
    private static byte[] ReplaceNumber(byte[] file, int place, string token)
    {
        int start = place;
        while (start < file.Length && !char.IsAsciiDigit((char)file[start]))
            start++;
        int end = start;
        while (end < file.Length && char.IsAsciiDigit((char)file[end]))
            end++;
        byte[] altered = [.. file[..start], .. Encoding.ASCII.GetBytes(token), .. file[end..]];
        if (altered.Length >= 16)
        {
            int headerLength = BitConverter.ToInt32(altered, 12) + token.Length - (end - start);
            BitConverter.TryWriteBytes(altered.AsSpan(12), headerLength);
        }

        return altered;
    }
}
