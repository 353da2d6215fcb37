namespace Microsoft.ML.DenseNet;

/// <summary>Recognizes the error for a file that someone else has locked. .NET has no exception type for it, only the operating system's error number.</summary>
internal static class FileInUse
{
    private const int WindowsSharingViolation = unchecked((int)0x80070020), LinuxWouldBlock = 11, BsdWouldBlock = 35; // the last also on macOS

    public static bool Is(IOException failure) =>
        failure.HResult == (OperatingSystem.IsWindows() ? WindowsSharingViolation : OperatingSystem.IsLinux() ? LinuxWouldBlock : BsdWouldBlock);
}
