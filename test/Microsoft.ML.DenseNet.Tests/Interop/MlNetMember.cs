namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>A type, method or field of ML.NET that an assembly uses.</summary>
internal sealed record MlNetMember(string Assembly, string Name, MlNetMemberState State);
