using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.DenseNet;

/// <summary>Tells data from other data by a few letters: the first half of a SHA-256.</summary>
internal static class DataFingerprint
{
    private const int Bytes = 16;

    public static string Of(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return Text(hash);
    }

    public static string Of(ReadOnlySpan<float> values) => Of(MemoryMarshal.AsBytes(values));

    /// <summary>Of rows, however they are divided into blocks.</summary>
    public static string Of(RowSet rows)
    {
        using var labels = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var features = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var places = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var weights = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in rows.Blocks)
        {
            Append(labels, block.Labels.Span[..block.Rows]);
            if (rows.HasWeights)
                Append(weights, block.Weights.Span[..block.Rows]);
            if (block.Sparse is null)
                Append(features, block.Features.Span[..(block.Rows * rows.Width)]);
            for (int row = 0; row < block.Rows && block.Sparse is not null; row++)
            {
                var slots = block.Sparse.RowSlots(row);
                Append(places, [slots.Length]);
                Append(places, slots);
                Append(features, block.Sparse.RowValues(row));
            }
        }

        byte[] all = [.. labels.GetHashAndReset(), .. features.GetHashAndReset(), .. places.GetHashAndReset(), .. weights.GetHashAndReset()];
        return string.Create(CultureInfo.InvariantCulture, $"{rows.Count} rows of {rows.Width} features{(rows.HasWeights ? " with weights" : "")} ({Of(all)})");
    }

    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> values)
        where T : struct => hash.AppendData(MemoryMarshal.AsBytes(values));

    private static string Text(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..Bytes]);
}
