namespace Microsoft.ML.DenseNet;

/// <summary>Recognizes by the environment how this process was started.</summary>
internal static class MpiLaunch
{
    /// <summary>What the launchers of MPICH's family set: Hydra (MPICH, Intel MPI), MS-MPI, MVAPICH, and srun with PMI or PMIx.</summary>
    private static readonly string[] Signs = ["PMI_RANK", "PMI_FD", "PMI_PORT", "PMIX_RANK", "MV2_COMM_WORLD_RANK", "PALS_RANKID"];

    /// <summary>Whether this process is one of several, or may be.</summary>
    /// <exception cref="PlatformNotSupportedException">Open MPI started it.</exception>
    public static bool IsByMpi()
    {
        if (IsSet("OMPI_COMM_WORLD_SIZE"))
            throw MpiLibrary.OpenMpi("This process was started by the mpiexec of Open MPI");
        return Signs.Any(IsSet);
    }

    private static bool IsSet(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
