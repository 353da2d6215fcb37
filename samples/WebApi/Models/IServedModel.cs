namespace WebApi.Models;

/// <summary>What health checks and metrics need to know of a model.</summary>
internal interface IServedModel
{
    /// <summary>The model's name in the configuration, in health reports and in metrics.</summary>
    string Name { get; }

    /// <summary>The name of the version that is served; null if there is none.</summary>
    string? Version { get; }

    /// <summary>Why the file that is there now is not the one that is served; null if it is.</summary>
    string? Fault { get; }

    /// <summary>The versions that the garbage collector has not taken yet, with the one that is served.</summary>
    int VersionsInMemory { get; }
}
