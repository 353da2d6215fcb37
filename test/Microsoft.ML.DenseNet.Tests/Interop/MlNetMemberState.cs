namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>What the real ML.NET says about a member that an assembly uses.</summary>
internal enum MlNetMemberState
{
    /// <summary>Part of its public API.</summary>
    Public,

    /// <summary>There, but only for ML.NET itself and its friends.</summary>
    Internal,

    /// <summary>Not there, or with another signature.</summary>
    Missing,
}
