namespace System.Runtime.CompilerServices;

/// <summary>
/// Tells the runtime to grant this assembly access to the internal members of another one. The runtime recognizes the attribute by
/// name only, and no framework declares it; the build applies it for each assembly that the project lists as WidenInternals.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    /// <summary>The simple name of the assembly whose internal members are accessible.</summary>
    public string AssemblyName { get; } = assemblyName;
}
