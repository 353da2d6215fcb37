namespace Microsoft.ML.DenseNet;

/// <summary>Makes the folders that users name, and says what is wrong where one cannot be made.</summary>
internal static class NewFolder
{
    /// <summary>Makes a folder where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="role">What messages call it: the option that names it.</param>
    /// <param name="remedy">What to do where it cannot be made.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static string Make(string path, string role, string remedy)
    {
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{role} is '{path}', which cannot be made a folder: {PathFault.OfFolder(Path.GetFullPath(path)) ?? failure.Message.TrimEnd('.')}. {remedy}", failure.HResult);
        }
    }
}
