using Microsoft.ML.DenseNet.Reporting;

namespace Tutorial;

/// <summary>Where the steps put their pictures.</summary>
internal static class Pictures
{
    /// <summary>The folder, next to the program.</summary>
    public static string Folder { get; } = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pictures")).FullName;

    /// <summary>Saves a picture as PNG, and prints that it did.</summary>
    public static void Save(string name, Picture picture, int width = 640, int? height = null)
    {
        picture.Save(Path.Combine(Folder, name), new PictureOptions { Width = Math.Min(width, picture.Width), Height = height });
        Console.WriteLine($"\n[picture: {name}]");
    }
}
