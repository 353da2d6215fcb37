namespace Microsoft.ML.DenseNet.Packages.Tests;

/// <summary>How an application is published.</summary>
public enum PublishKind
{
    /// <summary>For machines that have the .NET runtime.</summary>
    FrameworkDependent,

    /// <summary>With the runtime beside it.</summary>
    SelfContained,

    /// <summary>With the runtime, and managed code in one file.</summary>
    SingleFile,
}
