using Microsoft.ML.Data;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>The fingerprint of a stream: of every row, whoever reads it.</summary>
[TestClass]
public sealed class RowFingerprintTests
{
    private const int Rows = 5000;

    [TestMethod]
    [DataRow(20, false)]
    [DataRow(20, true)]
    [DataRow(100, true)]
    [DataRow(RowSet.WideSlots, true)]
    public void AnyChangeOfAnyRowShows(int width, bool isSparse)
    {
        GeneratedRow[] rows = [.. Enumerable.Range(0, Rows).Select(row => Row(row, width, isSparse))];
        GeneratedRow Make(int row) => rows[row];
        var expected = Read(Make, width);
        Assert.IsLessThan(Rows / 2, expected.Rows.Count, "most rows are not in the sample");
        var seen = new HashSet<string> { expected.Stream!.Fingerprint! };
        foreach (int place in new[] { 0, 1234, Rows - 2 })
        {
            var changes = new Dictionary<string, Func<int, GeneratedRow>>
            {
                ["label"] = row => row == place ? Make(row) with { Label = 0.123f } : Make(row),
                ["weight"] = row => row == place ? Make(row) with { Weight = 0.123f } : Make(row),
                ["feature"] = row => row == place ? Make(row) with { Features = Changed(Make(row).Features, shift: 0) } : Make(row),
                ["slot"] = row => row == place ? Make(row) with { Features = Changed(Make(row).Features, shift: 1) } : Make(row),
                ["order"] = row => Make(row == place ? place + 1 : row == place + 1 ? place : row),
                ["left out"] = row => row == place ? Make(row) with { Weight = 0 } : Make(row),
                ["labels exchanged"] = row => Make(row) with { Label = Make(row == place ? place + 1 : row == place + 1 ? place : row).Label },
                ["features exchanged"] = row => Make(row) with { Features = Make(row == place ? place + 1 : row == place + 1 ? place : row).Features },
            };
            foreach (var (name, change) in changes)
                Assert.IsTrue(seen.Add(Read(change, width).Stream!.Fingerprint!), $"{name} of row {place}");
        }
    }

    [TestMethod]
    [DataRow(20, false)]
    [DataRow(100, true)]
    public void ItIsTheSameHoweverTheRowsAreRead(int width, bool isSparse)
    {
        GeneratedRow[] rows = [.. Enumerable.Range(0, Rows).Select(row => Row(row, width, isSparse))];
        GeneratedRow Make(int row) => rows[row];
        string expected = Read(Make, width, readers: 1).Stream!.Fingerprint!;
        foreach (int readers in new[] { 1, 2, 3, 5 })
            Assert.AreEqual(expected, Read(Make, width, readers).Stream!.Fingerprint, $"{readers} readers");

        // Here the first rows were kept in memory before there were too many.
        Assert.AreEqual(expected, Read(row => Make(row), width, placement: DataPlacement.Auto).Stream!.Fingerprint);

        // A vector may be stored either way.
        Assert.AreEqual(expected, Read(row => Stored(Make(row), dense: row % 10 == 0), width).Stream!.Fingerprint);
        Assert.IsNull(Read(Make, width, takesFingerprint: false).Stream!.Fingerprint);
    }

    [TestMethod]
    public void BlocksLeaveNoMark()
    {
        var rows = InMemory(1000, 90);
        string expected = Of(rows);
        var random = new Random(1);
        var parts = new RowFingerprint();
        foreach (var block in rows.Blocks)
        {
            for (int start = 0, count; start < block.Rows; start += count)
            {
                count = Math.Min(random.Next(1, 30), block.Rows - start);
                var builder = new BlockBuilder(rows.Width, rows.HasWeights, RowForm.Sparse);
                builder.Add(block, start, count);
                parts.Add(random.Next(2) == 0 ? builder.View : builder.Build());
            }
        }

        Assert.AreEqual(expected, parts.ToString());
        Assert.AreEqual(1000, parts.Rows);
    }

    private static string Of(RowSet rows)
    {
        var fingerprint = new RowFingerprint();
        foreach (var block in rows.Blocks)
            fingerprint.Add(block);
        return fingerprint.ToString();
    }

    private static RowSet InMemory(int count, int width)
    {
        var view = new GeneratedView(count, width, row => Row(row, width, isSparse: true), isBoolean: false);
        return new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true).Read(view, default);
    }

    private static LoadedRows Read(Func<int, GeneratedRow> make, int width, int readers = 2, DataPlacement placement = DataPlacement.Stream, bool takesFingerprint = true)
    {
        var view = new GeneratedView(Rows, width, make, isBoolean: false);
        var reader = new RowReader(view.Schema, "Features", "Label", "Weight", allowMissingFeatures: true) { MaximumReaders = readers };
        return new RowLoader(reader, new MemoryLimits(placement == DataPlacement.Auto ? 0 : 1), 0, seed: 5) { TakesFingerprint = takesFingerprint }
            .Read(view, placement, _ => new HeldOut(0.25), gatherMoments: false, default);
    }

    private static GeneratedRow Row(int row, int width, bool isSparse)
    {
        var random = new Random(row);
        int stored = isSparse ? random.Next(1, 6) : width;
        int[] slots = isSparse ? [.. Enumerable.Range(0, stored).Select(_ => random.Next(width - 1)).Distinct().Order()] : [.. Enumerable.Range(0, width)];
        float[] values = [.. slots.Select(_ => 1 - random.NextSingle())];
        return new GeneratedRow(isSparse ? new VBuffer<float>(width, slots.Length, values, slots) : new VBuffer<float>(width, values), random.NextSingle(), 1 + random.NextSingle());
    }

    /// <summary>A row with its last value changed, or moved by some slots.</summary>
    private static VBuffer<float> Changed(VBuffer<float> features, int shift)
    {
        float[] values = [.. features.DenseValues()];
        int last = Array.FindLastIndex(values, value => value != 0);
        int place = (last + shift) % values.Length;
        (float kept, values[last]) = (values[last], shift == 0 ? values[last] : 0);
        values[place] = shift == 0 ? kept + 0.01f : kept;
        return new VBuffer<float>(values.Length, values);
    }

    private static GeneratedRow Stored(GeneratedRow row, bool dense)
    {
        float[] values = [.. row.Features.DenseValues()];
        int[] slots = [.. Enumerable.Range(0, values.Length).Where(slot => values[slot] != 0)];
        return row with { Features = dense ? new VBuffer<float>(values.Length, values) : new VBuffer<float>(values.Length, slots.Length, [.. slots.Select(slot => values[slot])], slots) };
    }
}
