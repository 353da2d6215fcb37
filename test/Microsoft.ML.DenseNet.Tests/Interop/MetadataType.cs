using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace Microsoft.ML.DenseNet.Tests.Interop;

/// <summary>A type definition, and the names that stand for its type parameters.</summary>
internal readonly record struct MetadataType(MetadataReader Reader, TypeDefinitionHandle Handle, ImmutableArray<string> Arguments)
{
    public TypeDefinition Definition => Reader.GetTypeDefinition(Handle);

    public string FullName => SignatureNames.FullName(Reader, Handle);

    /// <summary>The method with this name and signature that the type itself declares.</summary>
    public MethodDefinition? FindMethod(string name, string signature)
    {
        foreach (MethodDefinitionHandle handle in Definition.GetMethods())
        {
            MethodDefinition method = Reader.GetMethodDefinition(handle);
            if (Reader.StringComparer.Equals(method.Name, name)
                && SignatureNames.Of(method.DecodeSignature(SignatureNames.Instance, Arguments)) == signature)
            {
                return method;
            }
        }

        return null;
    }

    /// <summary>The field with this name and type that the type itself declares.</summary>
    public FieldDefinition? FindField(string name, string type)
    {
        foreach (FieldDefinitionHandle handle in Definition.GetFields())
        {
            FieldDefinition field = Reader.GetFieldDefinition(handle);
            if (Reader.StringComparer.Equals(field.Name, name) && field.DecodeSignature(SignatureNames.Instance, Arguments) == type)
                return field;
        }

        return null;
    }
}
