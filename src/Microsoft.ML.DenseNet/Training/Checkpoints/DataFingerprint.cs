using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Identifies data by a few characters. It guards against mistakes, not against forgery.</summary>
internal static class DataFingerprint
{
    public static string Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(XxHash128.Hash(bytes));

    public static string Of(ReadOnlySpan<float> values) => Of(MemoryMarshal.AsBytes(values));

    /// <summary>The fingerprint of rows, however they are divided into blocks.</summary>
    public static string Of(RowSet rows)
    {
        var fingerprint = new RowFingerprint();
        foreach (var block in rows.Blocks)
            fingerprint.Add(block);
        return Of(rows, fingerprint.Rows, fingerprint.ToString());
    }

    /// <summary>The same for rows that several processes have.</summary>
    /// <param name="sample">Some of the rows.</param>
    /// <param name="count">The number of rows of all processes.</param>
    /// <param name="fingerprint">The fingerprint of all of them.</param>
    public static string Of(RowSet sample, long count, string fingerprint) =>
        $"{count} rows of {sample.Width} features{(sample.HasWeights ? " with weights" : "")} ({fingerprint})";
}
