using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet;

/// <summary>Finds the machine's MPI library for MPI.NET, which asks for "msmpi.dll" on every system.</summary>
/// <remarks>
/// MPI.NET passes handles as 32-bit integers, as MPICH and all that share its binary interface do. Open MPI's handles are pointers: called
/// this way it crashes, so it must be recognized before the first call.
/// </remarks>
internal static class MpiLibrary
{
    /// <summary>A variable of the environment that names the library's file.</summary>
    public const string Variable = "DENSENET_MPI_LIBRARY";

    private const string Remedy = "Install MPICH (Debian and Ubuntu: the package mpich), Intel MPI or MVAPICH, or MS-MPI on Windows, and start the program with that one's mpiexec.";

    private static readonly Lock Once = new();
    private static nint _library;

    /// <summary>Loads the library, if that has not been done, and leads MPI.NET to it.</summary>
    /// <exception cref="DllNotFoundException">There is none of MPICH's family.</exception>
    /// <exception cref="PlatformNotSupportedException">It is Open MPI.</exception>
    public static void Load()
    {
        lock (Once)
        {
            if (_library != 0)
                return;
            nint library = Find();
            NativeLibrary.SetDllImportResolver(typeof(MPI.Unsafe).Assembly, (name, _, _) => name == "msmpi.dll" ? library : 0);
            _library = library;
        }
    }

    /// <summary>The error for a program that Open MPI started.</summary>
    public static PlatformNotSupportedException OpenMpi(string sign) =>
        new($"{sign}: Open MPI has another binary interface than MPICH, and MPI.NET would crash in it. {Remedy}");

    /// <summary>The names under which libraries of MPICH's family are installed; that of Open MPI is libmpi.so.40.</summary>
    private static string[] Names =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? [named]
        : OperatingSystem.IsWindows() ? ["msmpi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpich.12.dylib", "libmpi.12.dylib"]
        : ["libmpich.so.12", "libmpi.so.12", "libmpich.so", "libmpi.so"];

    private static nint Find()
    {
        foreach (string name in Names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(MpiLibrary).Assembly, DllImportSearchPath.SafeDirectories, out nint library))
                continue;
            if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _))
                throw OpenMpi($"The library '{name}' is Open MPI");
            if (NativeLibrary.TryGetExport(library, "MPI_Init_thread", out _))
                return library;
        }

        throw new DllNotFoundException($"The program was started by an mpiexec, but no MPI library was found: looked for {string.Join(", ", Names)}. {Remedy} {Variable} may name the file.");
    }
}
