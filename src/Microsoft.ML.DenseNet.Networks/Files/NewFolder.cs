namespace Microsoft.ML.DenseNet;

/// <summary>Creates the folders that users name, and explains why if one cannot be created.</summary>
internal static class NewFolder
{
    /// <summary>Checks an option that may name a folder.</summary>
    /// <exception cref="ArgumentException">It is empty, or cannot be stored.</exception>
    public static void Check(string? path, string option)
    {
        if (path is not null && string.IsNullOrWhiteSpace(path))
            throw new ArgumentException($"{option} is empty: name a folder, or leave it null.");
        StorableText.Check(path, option);
    }

    /// <summary>Creates a folder if it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="role">How messages refer to it: the option that names it.</param>
    /// <param name="remedy">What to do if it cannot be created.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="IOException">It cannot be created.</exception>
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
