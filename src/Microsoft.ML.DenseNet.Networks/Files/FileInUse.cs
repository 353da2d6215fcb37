namespace Microsoft.ML.DenseNet;

/// <summary>Recognizes the error of a file that someone else has locked. .NET has no exception type for it, only the operating system's error number.</summary>
internal static class FileInUse
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020), LinuxWouldBlock = 11, BsdWouldBlock = 35; // the last on macOS too

    public static bool Is(IOException failure) =>
        failure.HResult == (OperatingSystem.IsWindows() ? WindowsSharingViolation : OperatingSystem.IsLinux() ? LinuxWouldBlock : BsdWouldBlock);
}
