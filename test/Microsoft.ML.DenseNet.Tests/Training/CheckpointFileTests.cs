using System.Buffers.Binary;
using System.Text;
using TorchSharp;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Checkpoint files that were cut off, altered, or forged.</summary>
[TestClass]
public sealed class CheckpointFileTests
{
    // Far above what the small training needs, far below what a size out of a file could ask for.
    private const long AllocationLimit = 8 << 20;

    private static readonly RowSet Rows = TrainingPlans.TwoClasses(40, 3, 1), Validation = TrainingPlans.TwoClasses(20, 3, 2);

    private static readonly CheckpointHeader Header = new(1, 1, [new TrainingSetting("the loss", "Focal"), new TrainingSetting("the batch size", "10")]);

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void DamageIsReportedWithTheFileAndWhatToDo(int seed)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Saved(folder);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] damaged = Alter(whole, random);
            if (damaged.AsSpan().SequenceEqual(whole))
                continue;
            var exception = Assert.ThrowsExactly<FormatException>(() => Resume(folder, damaged), $"seed {seed}, round {round}");
            StringAssert.Contains(exception.Message, folder["fold-1.checkpoint"], StringComparison.Ordinal);
            Assert.IsTrue(exception.Message.Contains("Delete it", StringComparison.Ordinal) || exception.Message.Contains("Update the package", StringComparison.Ordinal), exception.Message);
        }
    }

    [TestMethod]
    public void EveryCutIsReported()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Saved(folder);
        for (int length = 0; length < whole.Length; length += 1 + (length / 50))
            Assert.ThrowsExactly<FormatException>(() => Resume(folder, whole[..length]), $"{length} bytes");
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(4)]
    public void ForgedFilesTrainOrAreRefusedInLittleMemory(int seed)
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Saved(folder);
        var random = new Random(seed);
        for (int round = 0; round < 300; round++)
        {
            byte[] forged = Alter(whole, random);
            ModelFileBuilder.Resign(forged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                Resume(folder, forged);
            }
            catch (FormatException)
            {
                // It does not fit together.
            }
            catch (InvalidOperationException)
            {
                // It is of another training, or its numbers make this one diverge.
            }

            Assert.IsLessThan(AllocationLimit, GC.GetAllocatedBytesForCurrentThread() - before, $"seed {seed}, round {round}");
        }
    }

    [TestMethod]
    public void HalfAFileIsRemovedAndTheOlderOneStays()
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Saved(folder);
        var file = new CheckpointFile(folder["fold-1.checkpoint"]);
        var exception = Assert.ThrowsExactly<IOException>(() => file.Save(Header, state =>
        {
            state.Write(new float[100_000]);
            throw new IOException("No space left on device.");
        }));
        StringAssert.Contains(exception.Message, $"The checkpoint '{file.Path}' could not be written: No space left on device.", StringComparison.Ordinal);
        CollectionAssert.AreEqual(new[] { "fold-1.checkpoint" }, folder.Files);
        CollectionAssert.AreEqual(whole, File.ReadAllBytes(file.Path));
    }

    [TestMethod]
    public void WhatDiffersIsNamed()
    {
        using var folder = new TemporaryFolder();
        Saved(folder);
        var file = new CheckpointFile(folder["fold-1.checkpoint"]);
        string Refusal(CheckpointHeader header) => Assert.ThrowsExactly<InvalidOperationException>(() => file.Load(header, _ => { })).Message;

        string message = Refusal(Header with { Settings = [new TrainingSetting("the loss", ""), new TrainingSetting("the batch size", "20")] });
        StringAssert.Contains(message, $"The checkpoint '{file.Path}' is of another training: the loss is Focal there and not set here; the batch size is 10 there and 20 here. Delete it", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(Header with { Seed = 2 }), "the seed is 1 there and 2 here", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(Header with { Fold = 2 }), "it is that of fold 1, not 2", StringComparison.Ordinal);
        StringAssert.Contains(Refusal(Header with { Settings = [] }), "another version of the package", StringComparison.Ordinal);
    }

    [TestMethod]
    public void AHeaderComesBackAsItWas()
    {
        var header = new CheckpointHeader(-7, 3, [new TrainingSetting("ä \"quoted\"", "1\n\t\u0001"), new TrainingSetting("b", "")]);
        var read = CheckpointHeader.FromJson(header.ToJson(), NetworkFile.Format);
        Assert.IsNull(header.DifferenceTo(read));
        Assert.AreEqual((-7, 3), (read.Seed, read.Fold));
        foreach (string text in new[] { "", "[]", "{}", "{\"seed\":1,\"fold\":1}", "{\"seed\":1.5,\"fold\":1,\"settings\":[]}", "{\"seed\":1,\"fold\":1,\"settings\":[1]}", "{\"seed\":1,\"fold\":1,\"settings\":[],\"more\":0}", "{\"seed\":1,\"seed\":1,\"fold\":1,\"settings\":[]}" })
            Assert.ThrowsExactly<FormatException>(() => CheckpointHeader.FromJson(Encoding.UTF8.GetBytes(text), NetworkFile.Format), text);
    }

    [TestMethod]
    public void EveryNumberOfARecordComesBack()
    {
        EpochRecord[] records =
        [
            new(1, double.NaN, null, double.PositiveInfinity, -0.0, 1e-320), new(2, 0.1, double.NegativeInfinity, 1 / 3.0, null, 2, double.NaN), new(3, -0.0, 0, 0, double.PositiveInfinity, 3, 1),
        ];
        using var stream = new MemoryStream();
        using (var writer = new ValueWriter(stream))
            EpochRecords.Write(records, writer);
        stream.Position = 0;
        var reader = new ValueReader(stream, stream.Length, NetworkFile.Format);
        CollectionAssert.AreEqual(records, EpochRecords.Read(reader, 3).ToArray());
        reader.Done();

        stream.Position = 0;
        Assert.ThrowsExactly<FormatException>(() => EpochRecords.Read(new ValueReader(stream, stream.Length, NetworkFile.Format), 2));
    }

    [TestMethod]
    public void RandomNumbersComeBackWhereverTheyAreAndNeverFromBeyondTheirState()
    {
        using var generator = new torch.Generator(1);
        using var scope = torch.NewDisposeScope();
        for (int draws = 0; draws < 1300; draws++)
        {
            if (draws is < 3 or (> 620 and < 628) or > 1240)
            {
                using var again = new torch.Generator(2);
                RandomState.Load(Reader(generator.get_state().data<byte>().ToArray()), again);
                Assert.AreEqual(Draw(generator), Draw(again), $"after {draws}");
            }
            else
            {
                Draw(generator);
            }
        }

        // Both numbers are within the words, but the second lies fewer words before their end than the first says.
        byte[] forged = generator.get_state().data<byte>().ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(forged.AsSpan(8), 600);
        foreach (ulong next in (ulong[])[26, 624, 625])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(forged.AsSpan(16), next);
            Assert.ThrowsExactly<FormatException>(() => RandomState.Load(Reader(forged), generator), $"{next}");
        }

        static float Draw(torch.Generator generator) => torch.rand(1, generator: generator).item<float>();

        static ValueReader Reader(byte[] state)
        {
            var stream = new MemoryStream();
            using (var writer = new ValueWriter(stream))
                writer.WriteBlob(state);
            stream.Position = 0;
            return new ValueReader(stream, stream.Length, NetworkFile.Format);
        }
    }

    private static TrainingPlan Plan(TemporaryFolder folder) =>
        TrainingPlans.Plain(Layer.Sequential(Layer.Linear(5), Layer.BatchNorm(), Layer.ReLU, Layer.Dropout(0.2f), Layer.Linear(1)), 3, Losses.BinaryCrossEntropy(), Optimizers.AdamW(), 0.01, epochs: 4, seed: 3) with
        {
            BatchSize = 20,
            Shuffle = true,
            Checkpoint = new TrainingCheckpoint(new CheckpointFile(folder["fold-1.checkpoint"]), Header, TimeSpan.Zero, keepsFinished: false),
        };

    private static byte[] Saved(TemporaryFolder folder)
    {
        Assert.ThrowsExactly<InterruptedException>(() => TrainingRun.Train(Plan(folder) with { Observers = [new Interrupter(4)] }, Rows, Validation));
        return File.ReadAllBytes(folder["fold-1.checkpoint"]);
    }

    private static void Resume(TemporaryFolder folder, byte[] file)
    {
        File.WriteAllBytes(folder["fold-1.checkpoint"], file);
        TrainingRun.Train(Plan(folder), Rows, Validation);
    }

    private static byte[] Alter(byte[] file, Random random)
    {
        // Sizes and marks lie near the front and the end; every other change falls there.
        int place = random.Next(2) == 0 ? random.Next(file.Length) : random.Next(Math.Min(700, file.Length));
        int length = Math.Min(random.Next(1, 40), file.Length - place);
        byte[] altered = [.. file];
        switch (random.Next(6))
        {
            case 0:
                altered[place] ^= (byte)(1 << random.Next(8));
                return altered;
            case 1:
                random.NextBytes(altered.AsSpan(place, Math.Min(length, 8)));
                return altered;
            case 2:
                return [.. file[..place], .. file[(place + length)..]];
            case 3:
                return [.. file[..place], .. file[place..(place + length)], .. file[place..]];
            case 4:
                altered.AsSpan(place, Math.Min(length, 8)).Fill(random.Next(2) == 0 ? (byte)0xFF : (byte)0x7F);
                return altered;
            default:
                return file[..place];
        }
    }
}
