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
        return $"{fingerprint.Rows} rows of {rows.Width} features{(rows.HasWeights ? " with weights" : "")} ({fingerprint})";
    }
}
