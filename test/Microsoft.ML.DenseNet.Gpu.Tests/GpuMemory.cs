using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Gpu.Tests;

/// <summary>Asks the driver how much of a GPU's memory is free.</summary>
internal static unsafe class GpuMemory
{
    private static readonly delegate* unmanaged<nuint*, nuint*, int> GetInfo =
        (delegate* unmanaged<nuint*, nuint*, int>)NativeLibrary.GetExport(NativeLibrary.Load(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1"), "cuMemGetInfo_v2");

    /// <summary>The bytes in use on the GPU on which this thread has computed last, by all processes.</summary>
    public static long Used
    {
        get
        {
            nuint free, total;
            int error = GetInfo(&free, &total);
            return error == 0 ? (long)(total - free) : throw new InvalidOperationException($"cuMemGetInfo: error {error}");
        }
    }
}
