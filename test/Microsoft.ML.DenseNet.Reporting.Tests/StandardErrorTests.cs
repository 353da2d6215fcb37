using System.Runtime.InteropServices;

namespace Microsoft.ML.DenseNet.Reporting.Tests;

[TestClass]
public sealed partial class StandardErrorTests
{
    private const int StandardError = 2;

    /// <summary>Skia reports what it cannot draw as SVG there. Linux only: the file descriptor is swapped for a file.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Pictures_print_nothing()
    {
        using var folder = new TestFolder();
        string printed = folder.File("stderr.txt");
        int original = Checked(Duplicate(StandardError));
        using (var file = File.Create(printed))
        {
            Checked(DuplicateTo((int)file.SafeFileHandle.DangerousGetHandle(), StandardError));
            try
            {
                foreach (var picture in Gallery.Pictures.Values)
                    picture().ToSvg();
                Checked(Flush(0));
            }
            finally
            {
                Checked(DuplicateTo(original, StandardError));
                Checked(Close(original));
            }
        }

        Assert.AreEqual("", File.ReadAllText(printed));
    }

    private static int Checked(int result)
    {
        Assert.IsGreaterThanOrEqualTo(0, result);
        return result;
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int DuplicateTo(int descriptor, int target);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fflush")]
    private static partial int Flush(nint stream);
}
