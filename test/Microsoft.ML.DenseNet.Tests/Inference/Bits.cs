using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Tests;

/// <summary>Comparison of floats to the last bit; any NaN equals any other.</summary>
internal static class Bits
{
    public static void AreEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string message)
    {
        if (MemoryMarshal.Cast<float, int>(expected).SequenceEqual(MemoryMarshal.Cast<float, int>(actual)))
            return;
        Assert.AreEqual(expected.Length, actual.Length, message);
        for (int i = 0; i < expected.Length; i++)
        {
            bool same = BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]) || (float.IsNaN(expected[i]) && float.IsNaN(actual[i]));
            Assert.IsTrue(same, $"Value {i} is {actual[i]:R} instead of {expected[i]:R}. {message}");
        }
    }
}
