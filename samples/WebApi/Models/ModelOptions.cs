namespace WebApi.Models;

/// <summary>Where a model's file is, and how it is watched: the section <c>Models:[name]</c>.</summary>
internal sealed class ModelOptions
{
    /// <summary>The file, absolute or relative to the folder of the program.</summary>
    public string Path { get; set; } = "";

    /// <summary>How often the file's length and time are looked at, for folders whose changes the system does not report.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a file must stay unchanged before it is read: it may still be being copied.</summary>
    public TimeSpan SettleTime { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long loading may take. ML.NET can hang on a damaged file.</summary>
    public TimeSpan LoadTimeout { get; set; } = TimeSpan.FromSeconds(30);
}
